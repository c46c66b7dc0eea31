import { BullTaskQueue, BullTaskWorker, createRedis, type RedisClient, Subscriptions } from "@capstan/redis";
import { startRedis } from "@capstan/testkit";
import { aTask } from "@capstan/testkit/suites";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ManyPoolsWorker } from "./many-pools-worker.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "worker");
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test("pools that are given up and taken up again amid their tasks lose none and run none twice", async () => {
  const [pools, tasksEach] = [["cluster=east", "selector=a", "own"], 200];
  const queue = new BullTaskQueue(redis);
  const subscriptions = new Subscriptions(redis);
  const worker = new ManyPoolsWorker({
    ...{ ownPool: "own", concurrency: 8 },
    // No lease ends while the test lasts: whatever were lost with a closed worker would stay away.
    open: (pool, concurrency) =>
      new BullTaskWorker({ redis, subscriptions, pool, concurrency, lockDurationMs: 60_000 }),
  });
  const ran: string[] = [];
  const redelivered: string[] = [];
  let turns = 0;
  worker.run(async (pulled) => {
    ran.push(pulled.task.id);
    if (pulled.redelivered) redelivered.push(pulled.task.id);
    // In turn, while others of the pool are on their way here.
    if (ran.length % 20 !== 0) return;
    const pool = pools[++turns % 2] ?? "";
    worker.retire(pool);
    await new Promise((resolve) => setImmediate(resolve));
    worker.add(pool);
  });
  for (const pool of pools)
    await queue.add(Array.from({ length: tasksEach }, (_, index) => aTask("w", `${pool}-${index}`, 1, pool)));
  worker.add("cluster=east");
  worker.add("selector=a");
  await expect.poll(() => ran.length, { timeout: 30_000 }).toBe(pools.length * tasksEach);
  expect([new Set(ran).size, redelivered, worker.extraPools.toSorted()]).toEqual([
    pools.length * tasksEach,
    [],
    ["cluster=east", "selector=a"],
  ]);
  await worker.close();
  for (const pool of pools) expect(await redis.llen(`{capstan:${pool}}:tasks:active`)).toBe(0);
  await queue.close();
  subscriptions.close();
}, 60_000);
