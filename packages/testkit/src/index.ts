export { type RedisServer, type RedisServerOptions, startRedis } from "./redis-server.ts";
export * from "./memory/index.ts";
