import { encodeEvent } from "@capstan/protocol";
import { startRedis } from "@capstan/testkit";
import { aTask } from "@capstan/testkit/suites";
import { type Queue, Worker } from "bullmq";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { RedisDeadLetters } from "./dead-letters.ts";
import { keys } from "./keys.ts";
import { openPoolQueue, poolQueueName } from "./pool-queue.ts";
import { RedisShardStore } from "./shard-store.ts";

const shardCount = 4;

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
let api: RedisClient;
let letters: RedisDeadLetters;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "worker");
  api = createRedis(server.url, "api");
});
beforeEach(async () => {
  await redis.flushall();
  letters = new RedisDeadLetters(api, shardCount);
});
afterAll(async () => {
  for (const connection of [redis, api]) connection.disconnect();
  await server.stop();
});

const idsOf = async () => (await letters.list(["default"], 10)).map(({ id }) => id);

describe("an event that could not be read", () => {
  const store = () => new RedisShardStore(redis);

  test("is shown with its text and the reason, is put back as it came, and is put aside again if nothing has changed", async () => {
    await redis.xadd(keys.inbox(2), "*", "uid", "w", "event", "not json");
    expect(await store().readInbox(2, "", 10)).toEqual([]);
    const [letter] = await letters.list([], 10);
    expect(letter).toMatchObject({ kind: "event", from: "shard 2", content: "not json", isCut: false });
    expect(letter?.why).toMatch(/it is not JSON/);
    expect(letter?.atMs).toBeGreaterThan(Date.now() - 60_000);
    const [before] = await idsOf();
    expect(await letters.requeue(before ?? "")).toBe(true);
    expect([await letters.requeue(before ?? ""), await idsOf()]).toEqual([false, []]);
    await store().readInbox(2, before?.split("~")[2] ?? "", 10);
    expect(await idsOf()).toHaveLength(1);
  });

  test("that can be read meanwhile is read when it is put back", async () => {
    const text = encodeEvent({ type: "suspend-requested" });
    const id = await redis.xadd(keys.deadLetters(1), "*", "uid", "w", "event", text, "why", "an older process");
    expect(await letters.requeue(`event~1~${id}`)).toBe(true);
    expect(await store().readInbox(1, "", 10)).toMatchObject([
      { workflowUid: "w", event: { type: "suspend-requested" } },
    ]);
  });

  test("can be dropped, once", async () => {
    const id = `event~3~${await redis.xadd(keys.deadLetters(3), "*", "event", "x".repeat(9_000), "why", "bad")}`;
    expect((await letters.list([], 10))[0]).toMatchObject({ isCut: true, content: "x".repeat(4_096) });
    expect([await letters.drop(id), await letters.drop(id), await idsOf()]).toEqual([true, false, []]);
  });
});

describe("a job that BullMQ gave up on", () => {
  let queue: Queue;
  let worker: Worker | undefined;
  beforeEach(() => {
    queue = openPoolQueue(redis, "default", () => undefined);
  });
  afterEach(async () => {
    await worker?.close();
    await queue.close();
  });

  const task = aTask("w", "n1", 1_700_000_000);

  async function giveUp(): Promise<void> {
    await queue.add("task", task, { jobId: task.id, priority: 1, attempts: 1 });
    worker = new Worker(poolQueueName, () => Promise.reject(new Error("gave up")), {
      ...{ connection: redis, prefix: keys.poolPrefix("default") },
    });
    await expect.poll(idsOf).toHaveLength(1);
    await worker.close();
  }

  test("is shown, and waits again when it is put back", async () => {
    await giveUp();
    const [letter] = await letters.list(["default"], 10);
    expect(letter).toMatchObject({ id: `task~default~${task.id}`, kind: "task", from: "default", why: "gave up" });
    expect(letter?.content).toContain('"nodeId":"n1"');
    expect(await letters.requeue(letter?.id ?? "")).toBe(true);
    expect(await idsOf()).toEqual([]);
    expect(await queue.getJobCountByTypes("wait", "prioritized")).toBe(1);
    // It is no dead letter any more: neither act touches a job that waits.
    expect([await letters.requeue(letter?.id ?? ""), await letters.drop(letter?.id ?? "")]).toEqual([false, false]);
  });

  test("is gone when it is dropped", async () => {
    await giveUp();
    const [id = ""] = await idsOf();
    expect([await letters.drop(id), await letters.drop(id)]).toEqual([true, false]);
    expect(await queue.getJobCountByTypes("failed", "wait", "prioritized")).toBe(0);
  });
});

test.each(["", "event~x~1-1", "event~1~x", "event~1~*", "nothing~1~1-1", "task~default~none"])(
  "%j is no letter",
  async (id) => expect([await letters.requeue(id), await letters.drop(id)]).toEqual([false, false]),
);
