import { startRedis } from "@capstan/testkit";
import { runResourceStoreSuite } from "@capstan/testkit/suites";
import { afterAll, beforeAll } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { RedisResourceStore } from "./resource-store.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "api");
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

runResourceStoreSuite({
  create: async () => {
    await redis.flushall();
    return new RedisResourceStore(redis);
  },
});
