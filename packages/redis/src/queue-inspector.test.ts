import { type PulledTask, shardOf, TaskRefused } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { aTask } from "@capstan/testkit/suites";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { RedisQueueInspector } from "./queue-inspector.ts";
import { Subscriptions } from "./subscriptions.ts";
import { BullTaskQueue } from "./task-queue.ts";
import { BullTaskWorker } from "./task-worker.ts";
import { RedisWorkflowIndex } from "./workflow-index.ts";

const pool = "default";
const nowSeconds = Math.floor(Date.now() / 1_000);

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
let subscriptions: Subscriptions;
let queue: BullTaskQueue;
let inspector: RedisQueueInspector;
let workers: BullTaskWorker[];

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "worker");
});
beforeEach(async () => {
  await redis.flushall();
  subscriptions = new Subscriptions(redis);
  queue = new BullTaskQueue(redis, { backlogLimits: { releasedMax: 3, urgentMax: 5, takenForMs: 10_000 } });
  inspector = new RedisQueueInspector(redis);
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.abandon()));
  await queue.close();
  subscriptions.close();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const task = (nodeId: string, keySeconds: number, readyAtMs?: number) => ({
  ...aTask("w", nodeId, nowSeconds + keySeconds),
  ...(readyAtMs !== undefined && { readyAtMs }),
});

function work(handler: (pulled: PulledTask) => Promise<void>): void {
  const worker = new BullTaskWorker({ redis, subscriptions, pool, concurrency: 1 });
  workers.push(worker);
  worker.run(handler);
}

const nodesOf = (tasks: readonly { readonly task?: { readonly nodeId: string } }[]) =>
  tasks.map((queued) => queued.task?.nodeId);

describe("a pool's queue", () => {
  test("says what runs next, in order, what waits in the backlog behind it, and how long it all waits", async () => {
    const readyAtMs = Date.now() - 60_000;
    await queue.add(["e", "c", "a", "d", "b"].map((nodeId) => task(nodeId, nodeId.charCodeAt(0), readyAtMs)));
    const next = await inspector.next(pool, 4);
    expect(nodesOf(next)).toEqual(["a", "b", "c", "d"]);
    expect(next.map(({ place, rank }) => [place, rank])).toEqual([
      ["waiting", 0],
      ["waiting", 1],
      ["waiting", 2],
      ["backlog", 3],
    ]);
    expect(next.every(({ readySinceMs }) => readySinceMs === readyAtMs)).toBe(true);
    const [reading] = await inspector.read([pool]);
    expect(reading).toMatchObject({ pool, waiting: 5, inBacklog: 2, running: 0, away: 0, dead: 0 });
    expect(reading?.oldestSinceMs).toBe(readyAtMs);
    // Five in at most five minutes and at least four.
    expect(reading?.inPerMinute).toBeGreaterThanOrEqual(1);
    expect(reading?.inPerMinute).toBeLessThanOrEqual(1.25);
  });

  test("knows the place of each task", async () => {
    await queue.add(["a", "b", "c", "d"].map((nodeId) => task(nodeId, nodeId.charCodeAt(0))));
    const placeOf = async (nodeId: string) => {
      const found = await inspector.find(pool, task(nodeId, 0).id);
      return found && [found.place, found.rank];
    };
    expect(await placeOf("b")).toEqual(["waiting", 1]);
    expect(await placeOf("d")).toEqual(["backlog", 3]);
    expect(await placeOf("nobody")).toBeUndefined();
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    work(async () => mayEnd);
    await expect.poll(() => placeOf("a")).toEqual(["running", undefined]);
    expect(await placeOf("b")).toEqual(["waiting", 0]);
    end();
    await expect.poll(() => placeOf("d")).toEqual(["ended", undefined]);
    await expect.poll(async () => (await inspector.read([pool]))[0]?.outPerMinute).toBeGreaterThan(0.5);
  });

  test("tells of refused tasks why and until when they stay away", async () => {
    await queue.add([task("a", 0)]);
    const beforeMs = Date.now();
    work(async (pulled) => {
      throw new TaskRefused(pulled.task.id, "no room for 4 cpu");
    });
    await expect.poll(() => inspector.away(pool, 10), { timeout: 5_000 }).toHaveLength(1);
    const [away] = await inspector.away(pool, 10);
    expect(away).toMatchObject({ place: "away", lastError: "no room for 4 cpu", task: { nodeId: "a" } });
    expect(away?.awayUntilMs).toBeGreaterThan(beforeMs);
    expect(away?.awayUntilMs).toBeLessThan(Date.now() + 60_000);
    expect((await inspector.read([pool]))[0]).toMatchObject({ away: 1, waiting: 0 });
  });

  test("that holds nothing has no wait, and is known by name for having had tasks", async () => {
    expect(await inspector.pools()).toEqual([]);
    await queue.add([{ ...task("a", 0), pool: "gpu" }, task("b", 0)]);
    expect([...(await inspector.pools())].sort()).toEqual(["default", "gpu"]);
    const [reading] = await inspector.read(["empty"]);
    expect(reading).toEqual({
      ...{ pool: "empty", waiting: 0, inBacklog: 0, away: 0, running: 0, dead: 0, inPerMinute: 0, outPerMinute: 0 },
    });
  });
});

test("nodes between two attempts are found among a shard's timers, the next first", async () => {
  const index = new RedisWorkflowIndex(redis);
  const shard = shardOf("ns", "wf", 4);
  const timers: [number, string][] = [
    ...[[900, "uid timeout:n1"] as [number, string], [500, "uid backoff:n2"] as [number, string]],
    ...[[400, "gone backoff:n3"] as [number, string], [700, "uid backoff:n4"] as [number, string]],
  ];
  for (const [dueAtMs, member] of timers) await redis.zadd(keys.timers(shard), dueAtMs, member);
  await index.put([
    {
      version: "1-0",
      summary: {
        ...{ uid: "uid", shard, namespace: "ns", name: "wf", phase: "Running", progress: "0/1", submittedAtMs: 1 },
        ...{ suspended: false, labels: {}, priority: 0 },
      },
    },
  ]);
  const of = { shard, workflowUid: "uid", namespace: "ns", workflowName: "wf" };
  expect(await inspector.retryWaits(4, 10)).toEqual([
    { ...of, nodeId: "n2", dueAtMs: 500 },
    { ...of, nodeId: "n4", dueAtMs: 700 },
  ]);
});
