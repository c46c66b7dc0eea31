import type { PulledTask, Task } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { aTask } from "@capstan/testkit/suites";
import type { Queue } from "bullmq";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { PoolBacklog } from "./pool-backlog.ts";
import { openPoolQueue } from "./pool-queue.ts";
import { Subscriptions } from "./subscriptions.ts";
import { BullTaskQueue } from "./task-queue.ts";
import { BullTaskWorker } from "./task-worker.ts";

const pool = "default";
const nowSeconds = 1_700_000_000;
const backlogLimits = { releasedMax: 3, urgentMax: 5, takenForMs: 10_000 };

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
let subscriptions: Subscriptions;
let bull: Queue;
let queue: BullTaskQueue;
let workers: BullTaskWorker[];

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "worker");
});
beforeEach(async () => {
  await redis.flushall();
  subscriptions = new Subscriptions(redis);
  bull = openPoolQueue(redis, pool, () => undefined);
  queue = new BullTaskQueue(redis, { backlogLimits });
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.abandon()));
  await Promise.all([bull.close(), queue.close()]);
  subscriptions.close();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function task(nodeId: string, keySeconds = 0): Task {
  return aTask("w", nodeId, nowSeconds + keySeconds);
}

function backlog(takenForMs = backlogLimits.takenForMs): PoolBacklog {
  return new PoolBacklog({ redis, queue: bull, pool, limits: { ...backlogLimits, takenForMs } });
}

function work(concurrency: number, handler: (pulled: PulledTask) => Promise<void>): BullTaskWorker {
  const worker = new BullTaskWorker({
    ...{ redis, subscriptions, pool, concurrency, backlogLimits, checkIntervalMs: 100 },
    ...{ lockDurationMs: 600, stalledIntervalMs: 200 },
  });
  workers.push(worker);
  worker.run(handler);
  return worker;
}

/** What waits in BullMQ, first to last. */
async function released(): Promise<readonly string[]> {
  return (await bull.getPrioritized()).map(({ id = "" }) => id.split(".")[1] ?? "");
}

async function kept(): Promise<readonly string[]> {
  return (await redis.zrange(keys.poolBacklog(pool), "0", "-1")).map((id) => id.split(".")[1] ?? "");
}

/** As a process that dies after it has taken tasks; whether it had brought them to BullMQ the test says. */
async function takeAndDie(brings: boolean): Promise<void> {
  const dying = openPoolQueue(redis, pool, () => undefined);
  const { addBulk } = dying;
  dying.addBulk = async (jobs) => {
    if (brings) await addBulk.call(dying, jobs);
    throw new Error("dead");
  };
  await expect(new PoolBacklog({ redis, queue: dying, pool, limits: backlogLimits }).release()).rejects.toThrow("dead");
  await dying.close();
}

describe("a pool's backlog", () => {
  test("keeps from BullMQ what is beyond its bound, the least urgent, and gives them in order as tasks leave", async () => {
    const keysSeconds = [50, 10, 40, 10, 30, 20, 60, 10];
    await queue.add(keysSeconds.map((key, index) => task(`n${index}`, key)));
    expect([await released(), await kept()]).toEqual([
      ["n1", "n3", "n7"],
      ["n5", "n4", "n2", "n0", "n6"],
    ]);
    expect(await queue.waitingCount(pool)).toBe(8);
    const ran: string[] = [];
    work(1, async (pulled) => void ran.push(pulled.task.nodeId));
    await expect.poll(() => ran, { timeout: 10_000 }).toHaveLength(8);
    expect(ran).toEqual(["n1", "n3", "n7", "n5", "n4", "n2", "n0", "n6"]);
    expect(await redis.keys("*backlog*")).toEqual([]);
  });

  test("lets what is more urgent than all in BullMQ by, what is not waits with the rest", async () => {
    await queue.add(["a", "b", "c", "d"].map((nodeId, index) => task(nodeId, 10 * index)));
    await queue.add([task("urgent", 5)]);
    await queue.add([task("late", 25)]);
    expect([await released(), await kept()]).toEqual([
      ["a", "urgent", "b", "c"],
      ["late", "d"],
    ]);
  });

  test("takes each task once, however often it is given", async () => {
    const tasks = Array.from({ length: 10 }, (_, index) => task(`n${index}`));
    await queue.add(tasks);
    await queue.add(tasks.toReversed());
    const ran: string[] = [];
    work(2, async (pulled) => {
      if (ran.push(pulled.task.nodeId) === 5) await queue.add(tasks);
    });
    await expect.poll(() => queue.waitingCount(pool), { timeout: 10_000 }).toBe(0);
    await queue.add(tasks);
    expect(await queue.waitingCount(pool)).toBe(0);
    expect(ran.toSorted()).toEqual(tasks.map(({ nodeId }) => nodeId));
  });

  test("forgets what is cancelled", async () => {
    await queue.add(["a", "b", "c", "d", "e"].map((nodeId, index) => task(nodeId, index)));
    await queue.cancel([{ taskId: task("d").id, pool, reason: "stopped" }]);
    expect(await kept()).toEqual(["e"]);
    await queue.cancel([{ taskId: task("e").id, pool, reason: "stopped" }]);
    expect(await redis.keys("*backlog*")).toEqual([]);
  });
});

describe("who takes tasks from the backlog and dies", () => {
  async function fillAndMakeRoom(): Promise<void> {
    await queue.add(["a", "b", "c", "d"].map((nodeId, index) => task(nodeId, index)));
    expect(await kept()).toEqual(["d"]);
    await bull.remove(task("a").id);
  }

  test("before they reach BullMQ: they are given again, to be asked about", async () => {
    await fillAndMakeRoom();
    await takeAndDie(false);
    expect([await kept(), await queue.waitingCount(pool)]).toEqual([[], 3]);
    // Not at once: he may live.
    expect([await backlog().release(), await released()]).toEqual([0, ["b", "c"]]);
    await backlog(0).release();
    const ran: [string, boolean][] = [];
    work(1, async (pulled) => void ran.push([pulled.task.nodeId, pulled.redelivered]));
    await expect.poll(() => ran).toHaveLength(3);
    expect(ran).toEqual([
      ["b", false],
      ["c", false],
      ["d", true],
    ]);
    expect(await redis.keys("*backlog*")).toEqual([]);
  });

  test("after they reached BullMQ: they run once", async () => {
    await fillAndMakeRoom();
    await takeAndDie(true);
    const ran: string[] = [];
    work(1, async (pulled) => void ran.push(pulled.task.nodeId));
    await expect.poll(() => ran).toHaveLength(3);
    await backlog(0).release();
    expect(await redis.keys("*backlog*")).toEqual([]);
    await queue.add([task("e", 9)]);
    await expect.poll(() => ran).toHaveLength(4);
    expect(ran).toEqual(["b", "c", "d", "e"]);
  });

  test("after they reached BullMQ, which has forgotten them since: they come marked, to be asked about", async () => {
    await fillAndMakeRoom();
    await takeAndDie(true);
    for (const nodeId of ["b", "c", "d"]) await bull.remove(task(nodeId).id);
    await backlog(0).release();
    const ran: [string, boolean][] = [];
    work(1, async (pulled) => void ran.push([pulled.task.nodeId, pulled.redelivered]));
    await expect.poll(() => ran).toEqual([["d", true]]);
  });
});

test("tasks of a backlog are released although nobody's task starts or ends: an agent looks from time to time", async () => {
  await queue.add(["a", "b", "c", "d"].map((nodeId, index) => task(nodeId, index)));
  for (const nodeId of ["a", "b", "c"]) await bull.remove(task(nodeId).id);
  const ran: string[] = [];
  work(1, async (pulled) => void ran.push(pulled.task.nodeId));
  await expect.poll(() => ran, { timeout: 5_000 }).toEqual(["d"]);
});

test("several agents and coordinators at once: every task runs once, an agent that dies amid them or not", async () => {
  const tasks = Array.from({ length: 300 }, (_, index) => task(`n${index}`, index % 7));
  const other = new BullTaskQueue(redis, { backlogLimits });
  const ran = new Map<string, number>();
  const count = async ({ task: { nodeId } }: PulledTask): Promise<void> =>
    void ran.set(nodeId, (ran.get(nodeId) ?? 0) + 1);
  const [mortal] = [work(4, count), work(4, count)];
  await Promise.all([
    ...Array.from({ length: 15 }, (_, index) => queue.add(tasks.slice(index * 10, index * 10 + 10))),
    ...Array.from({ length: 15 }, (_, index) => other.add(tasks.slice(150 + index * 10, 160 + index * 10))),
  ]);
  await expect.poll(() => ran.size, { timeout: 20_000 }).toBeGreaterThan(50);
  await mortal.abandon();
  await expect.poll(() => ran.size, { timeout: 20_000 }).toBe(300);
  // What died between a task's end and the word of it is delivered again, marked; no other is.
  expect([...ran.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(4);
  await other.close();
});
