import { type RedisServer, startRedis } from "@capstan/testkit";
import { runTaskQueueSuite, type TaskQueueHarness } from "@capstan/testkit/suites";
import { afterAll, beforeAll, describe } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { Subscriptions } from "./subscriptions.ts";
import { BullTaskQueue } from "./task-queue.ts";
import { BullTaskWorker } from "./task-worker.ts";

const lockDurationMs = 600;
const stalledIntervalMs = 200;

describe.each([
  { kind: "one redis-server", cluster: false },
  { kind: "a Redis Cluster", cluster: true },
  {
    kind: "a Redis Cluster, through a backlog",
    cluster: true,
    backlogLimits: { releasedMax: 1, urgentMax: 2, takenForMs: 10_000 },
  },
])("on $kind", ({ cluster, backlogLimits }) => {
  let server: RedisServer;
  let redis: RedisClient;

  beforeAll(async () => {
    server = await startRedis({ cluster });
    redis = createRedis(server.url, "worker");
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  async function create(): Promise<TaskQueueHarness> {
    await redis.flushall();
    const subscriptions = new Subscriptions(redis);
    const queue = new BullTaskQueue(redis, { ...(backlogLimits && { backlogLimits }) });
    const workers = new Set<BullTaskWorker>();
    return {
      queue,
      worker: (pool, concurrency) => {
        const worker = new BullTaskWorker({
          ...{ redis, subscriptions, pool, concurrency, lockDurationMs, stalledIntervalMs },
          ...{ checkIntervalMs: 200, ...(backlogLimits && { backlogLimits }) },
        });
        workers.add(worker);
        return worker;
      },
      crash: async (worker) => {
        for (const known of workers) if (known === worker) await known.abandon();
      },
      redeliveredWithinMs: lockDurationMs + stalledIntervalMs,
      passTime: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
      close: async () => {
        await Promise.all([...workers].map((worker) => worker.abandon()));
        await queue.close();
        subscriptions.close();
      },
    };
  }

  runTaskQueueSuite({ create });
});
