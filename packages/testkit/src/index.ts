export { aWorkflow, WorkflowBuilder } from "./builders/workflow-builder.ts";
export { type CutLine, startCutLine } from "./cut-line.ts";
export * from "./memory/index.ts";
export { freePort, type RedisServer, type RedisServerOptions, startRedis } from "./redis-server.ts";
export * from "./simulator/index.ts";
export { startTlsRedis, type TlsRedisServer } from "./tls-redis.ts";
