import { type RedisServer, startRedis } from "@capstan/testkit";
import { aTask } from "@capstan/testkit/suites";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { openPoolQueue } from "./pool-queue.ts";
import { windowHeadSeconds, windowRenewSeconds } from "./priority-window.ts";
import { BullTaskQueue } from "./task-queue.ts";

let server: RedisServer;
let redis: RedisClient;
beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "worker");
});
beforeEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test("the window moves up only when nothing waits", async () => {
  const queue = new BullTaskQueue(redis);
  const now = 1_700_000_000;
  const muchLater = now + windowHeadSeconds + windowRenewSeconds;
  const windowStart = async () => Number(await redis.get(keys.poolPriorityWindow("default")));
  await queue.add([aTask("w", "first", now)]);
  expect(await windowStart()).toBe(now - windowHeadSeconds);
  await queue.add([aTask("w", "later", muchLater)]);
  expect(await windowStart()).toBe(now - windowHeadSeconds);
  const bullQueue = openPoolQueue(redis, "default", () => undefined);
  expect((await bullQueue.getPrioritized()).map((job) => job.id)).toEqual(["w.first.0", "w.later.0"]);
  await queue.cancel(
    ["first", "later"].map((nodeId) => ({ taskId: `w.${nodeId}.0`, pool: "default", reason: "stopped" })),
  );
  expect(await queue.waitingCount("default")).toBe(0);
  await queue.add([aTask("w", "last", muchLater)]);
  expect(await windowStart()).toBe(muchLater - windowHeadSeconds);
  await Promise.all([queue.close(), bullQueue.close()]);
});
