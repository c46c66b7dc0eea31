import type { TaskFacts, TaskFailure } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { failureLimits, RedisFailureBook } from "./failure-book.ts";
import { keys } from "./keys.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
let book: RedisFailureBook;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "api");
});
beforeEach(async () => {
  await redis.flushall();
  book = new RedisFailureBook(redis);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const nowMs = Date.now();

function run(workflow: string, finishedAtMs = nowMs): TaskFacts {
  return {
    ...{ taskId: `${workflow}.n.1`, workflowUid: `uid-${workflow}`, namespace: "ns", workflowName: workflow },
    ...{ nodeId: "n", nodeName: `${workflow}.n`, template: "local/w/n", image: "busybox", hostNodeName: "h1" },
    ...{ parameters: { day: "1" }, startedAtMs: finishedAtMs - 10, finishedAtMs },
  };
}

function failure(workflow: string, finishedAtMs = nowMs, changes: Partial<TaskFailure> = {}): TaskFailure {
  const what = { phase: "Failed", fingerprint: "f1", title: "Error: <n>", exitCode: "3", logTail: "Error: 7" } as const;
  return { ...run(workflow, finishedAtMs), ...what, ...changes };
}

describe("failures", () => {
  test("of one fingerprint are one, with the workflows, hosts and templates that it hit; the latest is the example", async () => {
    await book.recordFailures([failure("b", nowMs + 5, { hostNodeName: "h2" }), failure("a")]);
    await book.recordFailures([failure("c", nowMs - 9, { template: "local/w/m" })]);
    expect(await book.get("ns", "f1")).toEqual({
      ...{ namespace: "ns", fingerprint: "f1", title: "Error: <n>", count: 3, workflowCount: 3 },
      ...{ firstAtMs: nowMs - 9, lastAtMs: nowMs + 5, hosts: { h1: 2, h2: 1 } },
      ...{ templates: { "local/w/n": 2, "local/w/m": 1 }, example: failure("b", nowMs + 5, { hostNodeName: "h2" }) },
    });
    expect((await book.workflowsOf("ns", "f1", 2)).map(({ name }) => name)).toEqual(["b", "a"]);
  });

  test("that are told again count once", async () => {
    await Promise.all([book.recordFailures([failure("a"), failure("a")]), book.recordFailures([failure("a")])]);
    expect(await book.get("ns", "f1")).toMatchObject({ count: 1, workflowCount: 1, hosts: { h1: 1 } });
  });

  test("are listed by namespace and in all, the latest first, in pages", async () => {
    await book.recordFailures([
      failure("a", nowMs - 3),
      failure("b", nowMs - 2, { fingerprint: "f2" }),
      failure("c", nowMs - 1, { namespace: "other" }),
    ]);
    const first = await book.list({ limit: 2 });
    expect(first.items.map(({ namespace, fingerprint }) => `${namespace}/${fingerprint}`)).toEqual([
      "other/f1",
      "ns/f2",
    ]);
    const rest = await book.list({ limit: 2, continueToken: first.continueToken ?? "" });
    expect(rest.items.map(({ namespace, fingerprint }) => `${namespace}/${fingerprint}`)).toEqual(["ns/f1"]);
    expect(rest.continueToken).toBeUndefined();
    expect((await book.list({ namespace: "ns", limit: 9 })).items.map(({ fingerprint }) => fingerprint)).toEqual([
      "f2",
      "f1",
    ]);
  });

  test("are bounded: the oldest goes, of the workflows the first, of the hosts those that came late", async () => {
    const small = new RedisFailureBook(redis, { ...failureLimits, groupsMax: 2, workflowsMax: 2, namesMax: 1 });
    await small.recordFailures([
      failure("a", nowMs - 3),
      failure("b", nowMs - 2, { hostNodeName: "h2" }),
      failure("c"),
    ]);
    expect(await small.get("ns", "f1")).toMatchObject({ count: 3, workflowCount: 2, hosts: { h1: 2 } });
    await small.recordFailures([failure("d", nowMs + 1, { fingerprint: "f2" })]);
    await small.recordFailures([failure("e", nowMs + 2, { fingerprint: "f3" })]);
    expect(await small.get("ns", "f1")).toBeUndefined();
    expect((await small.list({ namespace: "ns", limit: 9 })).items).toHaveLength(2);
    expect(await redis.keys("*f1*")).toEqual([]);
  });

  test("of a month ago leave the lists, and nothing stays for longer", async () => {
    await redis.zadd(keys.failuresAll, nowMs - 31 * 24 * 3_600_000, "ns old");
    await redis.zadd(keys.failuresOf("ns"), nowMs - 31 * 24 * 3_600_000, "old");
    await book.recordFailures([failure("a")]);
    expect(await redis.zrange(keys.failuresOf("ns"), "0", "-1")).toEqual(["f1"]);
    for (const key of await redis.keys("{failures}:of:*")) expect(await redis.ttl(key)).toBeGreaterThan(0);
  });
});

test("of each template the last good run is kept, of a bounded number of templates", async () => {
  const small = new RedisFailureBook(redis, { ...failureLimits, goodRunsMax: 2 });
  await small.recordGoodRuns([run("a"), { ...run("b", nowMs + 1), template: "t2" }]);
  await small.recordGoodRuns([run("c", nowMs + 2)]);
  expect(await small.lastGoodRun("ns", "local/w/n")).toEqual(run("c", nowMs + 2));
  expect(await small.lastGoodRun("other", "local/w/n")).toBeUndefined();
  await small.recordGoodRuns([{ ...run("d", nowMs + 3), template: "t3" }]);
  expect(await small.lastGoodRun("ns", "t2")).toBeUndefined();
  expect(await redis.hlen(keys.goodRuns)).toBe(2);
});
