import { startRedis } from "@capstan/testkit";
import { aTask } from "@capstan/testkit/suites";
import type { Queue } from "bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { DemandingPools } from "./demanding-pools.ts";
import { openPoolQueue } from "./pool-queue.ts";
import { Subscriptions } from "./subscriptions.ts";
import { BullTaskQueue } from "./task-queue.ts";
import { BullTaskWorker } from "./task-worker.ts";
import { tidyPool } from "./tidy-pool.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "coordinator");
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const hourMs = 3_600_000;

async function listed(pools: DemandingPools): Promise<readonly string[]> {
  return (await pools.list(0)).map(({ pool }) => pool);
}

test("a demanding pool is announced with its first tasks, a named one never; who comes later finds it listed", async () => {
  const subscriptions = new Subscriptions(redis);
  const queue = new BullTaskQueue(redis);
  const pools = new DemandingPools(redis);
  const { promise: heard, resolve: hear } = Promise.withResolvers<string>();
  await pools.subscribe(subscriptions, hear);
  await queue.add([aTask("u", "n1", 1, "gpu")]);
  expect(await listed(pools)).toEqual([]);
  const pool = "cluster=east;selector=zone in(a,b)";
  await queue.add([aTask("u", "n2", 1, pool)]);
  expect(await heard).toBe(pool);
  expect(await listed(pools)).toEqual([pool]);
  expect([await pools.countUnfinished(pool), await pools.countUnfinished("cluster=west")]).toEqual([1, 0]);
  expect(await pools.list(Date.now() + hourMs)).toEqual([]);
  await queue.close();
  subscriptions.close();
});

test("a pool is announced again with its next task when the connection was lost: the server may have forgotten it", async () => {
  const connection = createRedis(server.url, "coordinator");
  const queue = new BullTaskQueue(connection);
  await queue.add([aTask("u", "n4", 1, "cluster=lost")]);
  await redis.zrem("{agents}:demanding-pools", "cluster=lost");
  await queue.add([aTask("u", "n5", 1, "cluster=lost")]);
  expect(await listed(new DemandingPools(redis))).not.toContain("cluster=lost");
  await redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  await expect
    .poll(async () => {
      await queue.add([aTask("u", "n6", 1, "cluster=lost")]);
      return listed(new DemandingPools(redis));
    })
    .toContain("cluster=lost");
  await queue.close();
  connection.disconnect();
});

test("what nobody has demanded for a week is forgotten, unless a task waits for it", async () => {
  const pools = new DemandingPools(redis);
  const queue = new BullTaskQueue(redis);
  const nowMs = Date.now() + 1_000 * hourMs;
  await queue.add([aTask("u", "n3", 1, "cluster=waits")]);
  await pools.announce("cluster=old", nowMs - 8 * 24 * hourMs);
  await pools.announce("cluster=new", nowMs);
  const names = await listed(pools);
  expect(names).toEqual(expect.arrayContaining(["cluster=waits", "cluster=new"]));
  expect(names).not.toContain("cluster=old");
  await queue.close();
});

test("of very many that are forgotten, none goes that a task waits for", async () => {
  const pools = new DemandingPools(redis);
  const queue = new BullTaskQueue(redis);
  const nowMs = Date.now() + 1_500 * hourMs;
  await queue.add([aTask("u", "n3", 1, "selector=z")]);
  const old = [...Array.from({ length: 250 }, (_, index) => `selector=old${index}`), "selector=z"];
  for (const [index, pool] of old.entries())
    await redis.zadd("{agents}:demanding-pools", nowMs - 9 * 24 * hourMs + Math.floor(index / 10), pool);
  for (const pool of ["selector=x1", "selector=x2", "selector=x3", "selector=x4"]) await pools.announce(pool, nowMs);
  const names = await listed(pools);
  expect(names.filter((name) => name.startsWith("selector=old"))).toEqual([]);
  expect(names).toContain("selector=z");
  await queue.close();
});

test("pools in which nothing has been put for hours are named for tidying, once", async () => {
  const pools = new DemandingPools(redis);
  const pool = "selector=used-once";
  const nowMs = Date.now() + 2_000 * hourMs;
  await pools.announce(pool, nowMs - 3 * hourMs);
  expect(await pools.announce("cluster=a", nowMs)).toContain(pool);
  expect(await pools.announce("cluster=b", nowMs)).not.toContain(pool);
  expect(await pools.isUntidy(pool)).toBe(false);
  await pools.markUntidy(pool, nowMs);
  expect(await pools.announce("cluster=c", nowMs + 3 * hourMs)).toContain(pool);
});

describe("a pool is tidied", () => {
  const nothing = (): void => undefined;

  /** A job that ended so long ago. */
  async function endedJob(queue: Queue, id: string, ageMs: number): Promise<void> {
    await queue.add("task", {}, { jobId: id });
    await redis.lrem(queue.toKey("wait"), 1, id);
    await redis.hset(queue.toKey(id), "finishedOn", Date.now() - ageMs);
    await redis.zadd(queue.toKey("completed"), Date.now() - ageMs, id);
  }

  test("of jobs that ended long ago, and not of others", async () => {
    const queue = openPoolQueue(redis, "selector=kept", nothing);
    await endedJob(queue, "old", 2 * hourMs);
    await endedJob(queue, "new", 0);
    expect(await tidyPool(redis, "selector=kept", nothing)).toBe(false);
    expect(await queue.getJob("old")).toBeUndefined();
    expect(await queue.getJob("new")).toBeDefined();
    await queue.close();
  });

  test("of everything where nothing is left; a task that comes later is taken as any other", async () => {
    const pool = "selector=gone";
    const tasks = new BullTaskQueue(redis);
    await tasks.add([aTask("u", "n7", 1_700_000_000, pool)]);
    await tasks.cancel([{ taskId: aTask("u", "n7", 1).id, pool, reason: "stopped" }]);
    const queue = openPoolQueue(redis, pool, nothing);
    await endedJob(queue, "old", 2 * hourMs);
    expect(await redis.keys("*selector=gone*")).not.toEqual([]);
    expect(await tidyPool(redis, pool, nothing)).toBe(true);
    expect(await redis.keys("*selector=gone*")).toEqual([]);
    await tasks.add([aTask("u", "n8", 1_700_000_000, pool)]);
    const subscriptions = new Subscriptions(redis);
    const worker = new BullTaskWorker({ redis, subscriptions, pool, concurrency: 1 });
    expect(await new Promise((resolve) => worker.run(async ({ task }) => resolve(task.nodeId)))).toBe("n8");
    await worker.close();
    subscriptions.close();
    await Promise.all([queue.close(), tasks.close()]);
  });
});
