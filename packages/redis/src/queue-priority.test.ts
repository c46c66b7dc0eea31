import { type RedisServer, startRedis } from "@capstan/testkit";
import { aTask } from "@capstan/testkit/suites";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { openPoolQueue } from "./pool-queue.ts";
import { queuePriority, windowHeadSeconds, windowRenewSeconds } from "./queue-priority.ts";
import { BullTaskQueue } from "./task-queue.ts";

const { bid } = aTask("w", "n", 0);

test.each([
  { keySeconds: 100, start: 100, priority: 1 },
  { keySeconds: 100.9, start: 100, priority: 1 },
  { keySeconds: 160, start: 100, priority: 61 },
  { keySeconds: -5, start: 100, priority: 1 }, // Before the window: as urgent as can be, and never BullMQ's 0.
  { keySeconds: 1e9, start: 100, priority: 2_097_151 }, // After it: BullMQ's lowest.
])("key $keySeconds in a window from $start has priority $priority", ({ keySeconds, start, priority }) => {
  expect(queuePriority({ ...bid, keySeconds }, start)).toBe(priority);
});

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
