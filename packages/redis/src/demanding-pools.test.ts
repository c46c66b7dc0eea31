import { startRedis } from "@capstan/testkit";
import { aTask } from "@capstan/testkit/suites";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { DemandingPools } from "./demanding-pools.ts";
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

test("a demanding pool is announced with its first tasks, a named one never; who comes later finds it listed", async () => {
  const subscriptions = new Subscriptions(redis);
  const queue = new BullTaskQueue(redis);
  const pools = new DemandingPools(redis);
  const heard = new Promise<string>((resolve) => void pools.subscribe(subscriptions, resolve));
  await queue.add([aTask("u", "n1", 1, "gpu")]);
  expect(await pools.list()).toEqual([]);
  // The subscription may come a moment after: an announcement is repeated by whoever finds nothing noted.
  const pool = "cluster=east;selector=zone in(a,b)";
  for (let tries = 0; tries < 100 && (await redis.pubsub("NUMSUB", "capstan:pool-announced"))[1] === 0; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await queue.add([aTask("u", "n2", 1, pool)]);
  expect(await heard).toBe(pool);
  expect(await pools.list()).toEqual([pool]);
  expect(await queue.waitingCount(pool)).toBe(1);
  await queue.close();
  subscriptions.close();
});

test("what nobody has demanded for a month is forgotten", async () => {
  const pools = new DemandingPools(redis);
  const nowMs = Date.now();
  await pools.announce("cluster=old", nowMs - 31 * 24 * 3_600_000);
  await pools.announce("cluster=new", nowMs);
  expect(await pools.list()).not.toContain("cluster=old");
  expect(await pools.list()).toContain("cluster=new");
});
