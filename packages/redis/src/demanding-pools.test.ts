import { startRedis } from "@capstan/testkit";
import { aTask } from "@capstan/testkit/suites";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { DemandingPools } from "./demanding-pools.ts";
import { openPoolQueue, removeEndedJobs } from "./pool-queue.ts";
import { Subscriptions } from "./subscriptions.ts";
import { BullTaskQueue } from "./task-queue.ts";

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

test("pools in which nothing has been put for hours are named for tidying, once, and lose their ended jobs", async () => {
  const pools = new DemandingPools(redis);
  const pool = "selector=used-once";
  const nowMs = Date.now() + 2_000 * hourMs;
  await pools.announce(pool, nowMs - 3 * hourMs);
  expect(await pools.announce("cluster=a", nowMs)).toContain(pool);
  expect(await pools.announce("cluster=b", nowMs)).not.toContain(pool);
  // A job that ended two hours ago, and one that ended just now.
  const queue = openPoolQueue(redis, pool, () => undefined);
  for (const [id, endedAtMs] of [
    ["old", Date.now() - 2 * hourMs],
    ["new", Date.now()],
  ] as const) {
    await queue.add("task", {}, { jobId: id });
    await redis.lrem(queue.toKey("wait"), 1, id);
    await redis.hset(queue.toKey(id), "finishedOn", endedAtMs);
    await redis.zadd(queue.toKey("completed"), endedAtMs, id);
  }
  await removeEndedJobs(redis, pool, () => undefined);
  expect(await queue.getJob("old")).toBeUndefined();
  expect(await queue.getJob("new")).toBeDefined();
  expect(await redis.xlen(queue.toKey("events"))).toBe(0);
  await queue.close();
});
