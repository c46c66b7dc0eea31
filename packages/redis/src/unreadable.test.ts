import { startRedis } from "@capstan/testkit";
import { aTask } from "@capstan/testkit/suites";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { RedisInbox } from "./inbox.ts";
import { NewerMessageError } from "./inbox-reader.ts";
import { keys } from "./keys.ts";
import { openPoolQueue } from "./pool-queue.ts";
import { RedisShardStore } from "./shard-store.ts";
import { Subscriptions } from "./subscriptions.ts";
import { BullTaskQueue } from "./task-queue.ts";
import { BullTaskWorker } from "./task-worker.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
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

describe("an inbox entry that cannot be read", () => {
  test("is put aside with the reason, and those behind it are read", async () => {
    const store = new RedisShardStore(redis);
    await redis.xadd(keys.inbox(0), "*", "uid", "w", "event", "not json");
    await redis.xadd(keys.inbox(0), "*", "uid", "w", "event", '{"v":1,"body":{"type":"no-such-event"}}');
    const [id] = await new RedisInbox(redis).append(0, [{ workflowUid: "w", event: { type: "suspend-requested" } }]);
    // Pages of one, so that the first pages hold nothing readable.
    expect((await store.readInbox(0, "", 1)).map((entry) => entry.id)).toEqual([id]);
    expect((await store.readInbox(0, "", 10)).map((entry) => entry.id)).toEqual([id]);
    const dead = await redis.xrange(keys.deadLetters(0), "-", "+");
    expect(dead.map(([, fields]) => fields.at(-1))).toEqual([
      "the inbox entry is malformed: it is not JSON",
      'the inbox entry is malformed: there is no event of type "no-such-event"',
    ]);
  });

  test("is kept, and the reading refused, when a newer Capstan wrote it", async () => {
    await redis.xadd(keys.inbox(0), "*", "uid", "w", "event", '{"v":2,"body":{"type":"from-the-future"}}');
    await expect(new RedisShardStore(redis).readInbox(0, "", 10)).rejects.toThrow(NewerMessageError);
    expect(await redis.xlen(keys.inbox(0))).toBe(1);
  });
});

test("a queue job that cannot be read stays in the queue and does not stop the others", async () => {
  const problems: string[] = [];
  const pulled: string[] = [];
  const subscriptions = new Subscriptions(redis);
  const bullQueue = openPoolQueue(redis, "default", () => undefined);
  await bullQueue.add("task", { v: 9, body: {} }, { jobId: "future", priority: 1 });
  const queue = new BullTaskQueue(redis);
  await queue.add([aTask("w", "n1", 1)]);
  const worker = new BullTaskWorker({
    ...{ redis, subscriptions, pool: "default", concurrency: 1, onProblem: (problem) => problems.push(problem) },
  });
  worker.run(async ({ task }) => {
    pulled.push(task.nodeId);
  });
  await expect.poll(() => pulled).toEqual(["n1"]);
  expect(problems[0]).toBe(
    "job future: the queue job has message version 9, but this process knows versions up to 1: update this process",
  );
  expect(await bullQueue.getJob("future")).toBeDefined();
  await worker.abandon();
  await Promise.all([queue.close(), bullQueue.close()]);
  subscriptions.close();
});
