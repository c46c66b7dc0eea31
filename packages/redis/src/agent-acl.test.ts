import { createHash } from "node:crypto";
import { startRedis } from "@capstan/testkit";
import { aRecord, aTask } from "@capstan/testkit/suites";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentAcl } from "./agent-acl.ts";
import { RedisAgentRegistry } from "./agent-registry.ts";
import { RedisArtifactDirectory } from "./artifact-directory.ts";
import { RedisAttemptReader } from "./attempt-reader.ts";
import { RedisBlobRelay } from "./blob-relay.ts";
import { createRedis, type RedisClient } from "./connection.ts";
import { DemandingPools } from "./demanding-pools.ts";
import { RedisInbox } from "./inbox.ts";
import { claimInstallation, readInstallation } from "./installation.ts";
import { channels, keys } from "./keys.ts";
import { RedisPodServer } from "./pod-server.ts";
import { RedisPodSource } from "./pod-source.ts";
import { Subscriptions } from "./subscriptions.ts";
import { BullTaskQueue } from "./task-queue.ts";
import { BullTaskWorker } from "./task-worker.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let all: RedisClient;
let agent: RedisClient;
const ownPools = ["east", "cluster=east", "pool=east;cluster=east", "selector=zone in(a,b)"];

beforeAll(async () => {
  server = await startRedis();
  all = createRedis(server.url, "coordinator");
  const passwordSha256 = createHash("sha256").update("secret").digest("hex");
  const selectors = ["zone in (b, a)"];
  const line = agentAcl({ user: "east", passwordSha256, pool: "east", cluster: "east", selectors });
  await all.call("ACL", "SETUSER", ...rulesOf(line.ok ? line.value : line.error));
  await claimInstallation(all, { shardCount: 4 });
  agent = createRedis(server.url.replace("redis://", "redis://east:secret@"), "worker");
});
afterAll(async () => {
  all.disconnect();
  agent.disconnect();
  await server.stop();
});

/** The words of an ACL line; a selector in parentheses is one. */
function rulesOf(line: string): readonly string[] {
  return line.replace(/^user /, "").match(/\([^()]*\)|\S+/g) ?? [];
}

describe("an agent's rights are enough to", () => {
  test.each(ownPools)("pull and finish a task of %s, and hear that it is cancelled", async (pool) => {
    const queue = new BullTaskQueue(all);
    const subscriptions = new Subscriptions(agent);
    const problems: string[] = [];
    const options = { redis: agent, subscriptions, pool, concurrency: 1 };
    const worker = new BullTaskWorker({ ...options, onProblem: (problem) => problems.push(problem) });
    const reason = new Promise<unknown>((resolve) => {
      worker.run(async ({ task, signal }) => {
        await queue.cancel([{ taskId: task.id, pool, reason: "enough" }]);
        await new Promise<void>((done) => (signal.aborted ? done() : signal.addEventListener("abort", () => done())));
        resolve(signal.reason);
      });
    });
    await queue.add([aTask("u", `n-${ownPools.indexOf(pool)}`, 1, pool)]);
    expect(await reason).toBe("enough");
    await worker.close();
    subscriptions.close();
    await queue.close();
    expect(problems).toEqual([]);
  });

  test("release what waits in a pool's backlog", async () => {
    const [subscriptions, backlogLimits] = [
      new Subscriptions(agent),
      { releasedMax: 2, urgentMax: 2, takenForMs: 10_000 },
    ];
    const queue = new BullTaskQueue(all, { backlogLimits });
    await queue.add(Array.from({ length: 9 }, (_, index) => aTask("u", `b-${index}`, 1, "cluster=east")));
    const problems: string[] = [];
    const worker = new BullTaskWorker({
      ...{ redis: agent, subscriptions, backlogLimits, pool: "cluster=east", concurrency: 1, checkIntervalMs: 50 },
      onProblem: (problem) => problems.push(problem),
    });
    let ran = 0;
    await new Promise<void>((done) => worker.run(async () => (++ran === 9 ? done() : undefined)));
    await worker.close();
    subscriptions.close();
    await queue.close();
    expect(problems).toEqual([]);
  });

  test("report, be seen, and ask whether an attempt is wanted", async () => {
    expect(await readInstallation(agent)).toMatchObject({ shardCount: 4 });
    const inbox = new RedisInbox(agent);
    const event = { type: "suspend-requested" } as const;
    expect(await inbox.append(1, [{ workflowUid: "u", event }])).toHaveLength(1);
    expect(await inbox.watermarks([1])).toEqual(new Map([[1, ""]]));
    expect(await new RedisAttemptReader(agent, 4).isWanted(aTask("u", "n", 1))).toBe(false);
    const heartbeat = {
      agentId: "east/n",
      pool: "east",
      cluster: "east",
      labels: {},
      room: 1,
      running: 0,
      version: "1",
      atMs: 1,
    };
    const registry = new RedisAgentRegistry(agent);
    await new RedisAgentRegistry(all).drain("east/n");
    for (const instance of ["1", "2"])
      expect(await registry.beat({ ...heartbeat, instance }, 9_000)).toEqual({
        draining: true,
        hasRival: instance === "2",
      });
    await registry.leave("east/n");
    const pools = new DemandingPools(agent);
    expect((await pools.list(0)).map(({ pool }) => pool)).toContain("selector=zone in(a,b)");
    expect(await pools.countUnfinished("selector=zone in(a,b)")).toBe(0);
    await expect(pools.countUnfinished("selector=zone in(a)")).rejects.toThrow(/NOPERM/);
  });
});

describe("an agent's rights are enough to", () => {
  test.each(ownPools)("show Pods of %s's tasks", async (pool) => {
    const subscriptions = new Subscriptions(agent);
    const none = { kind: "no-pod", reason: "none" } as const;
    const stop = await new RedisPodServer(agent, subscriptions).servePods(pool, async () => none);
    expect(await new RedisPodSource(all).requestPod({ id: "w.n.0", pool })).toEqual({ ok: true, value: none });
    await stop();
    subscriptions.close();
  });

  test("say which artifacts it has, find others', and hand them over", async () => {
    const directory = new RedisArtifactDirectory(agent);
    await directory.put(aRecord("a"));
    expect(await directory.find("argo", ["a"])).toEqual([aRecord("a")]);
    expect(await directory.list("argo", "", "", 9)).toEqual(["a"]);
    expect((await directory.scan("0")).records).toEqual([aRecord("a")]);
    await directory.remove(aRecord("a"));
    const subscriptions = new Subscriptions(agent);
    const relay = new RedisBlobRelay(agent, subscriptions);
    const stop = await relay.serve("west/west/n", async () => Buffer.from("content"));
    const target = { agentId: "west/west/n", sha256: "0".repeat(64), bytes: 7 };
    for await (const part of relay.fetch(target, 9_000)) expect(String(part)).toBe("content");
    expect.assertions(4);
    await stop();
    subscriptions.close();
  });
});

describe("an agent may not", () => {
  test.each<{ what: string; command: readonly string[] }>([
    { what: "see another pool's tasks", command: ["HGETALL", `${keys.poolPrefix("west")}:tasks:1`] },
    {
      what: "take another pool's tasks",
      command: ["BZPOPMIN", `${keys.poolPrefix("cluster=west")}:tasks:marker`, "0.1"],
    },
    { what: "read an inbox", command: ["XRANGE", keys.inbox(1), "-", "+"] },
    { what: "empty an inbox", command: ["XTRIM", keys.inbox(1), "MAXLEN", "0"] },
    {
      what: "read an inbox by a script",
      command: ["EVAL", "return redis.call('XRANGE', KEYS[1], '-', '+')", "1", keys.inbox(1)],
    },
    { what: "read whole workflows", command: ["HGETALL", keys.workflow(1, "u")] },
    { what: "change workflows", command: ["HSET", keys.workflow(1, "u"), "header", "{}"] },
    { what: "take a shard's lease", command: ["SET", keys.lease(1), "me"] },
    { what: "empty the store", command: ["FLUSHALL"] },
    { what: "configure the store", command: ["CONFIG", "GET", "*"] },
    { what: "look through all keys", command: ["SCAN", "0"] },
    { what: "hear who asks for another pool's Pods", command: ["SUBSCRIBE", channels.podsRequested("west")] },
    { what: "listen to others", command: ["SUBSCRIBE", "capstan:workflows-changed"] },
    { what: "let itself go on after it was drained", command: ["HDEL", keys.agentsDraining, "east/n"] },
    { what: "announce pools", command: ["ZADD", keys.demandingPools, "1", "cluster=west"] },
    { what: "make users", command: ["ACL", "SETUSER", "x"] },
  ])("$what", async ({ command: [name = "", ...args] }) => {
    await expect(agent.call(name, ...args)).rejects.toThrow(/NOPERM|permission|can't run this command|can't access/);
  });
});

test("all selectors are one pattern each, with and without the place", () => {
  const line = agentAcl({ user: "u", passwordSha256: "0", pool: "a", cluster: "b", selectors: "any" });
  expect(line.ok ? line.value.match(/~\{capstan:[^}]*/g) : line.error).toEqual([
    ...["~{capstan:a", "~{capstan:cluster=b", "~{capstan:pool=a;cluster=b", "~{capstan:selector=*"],
    ...["~{capstan:pool=a;selector=*", "~{capstan:cluster=b;selector=*", "~{capstan:pool=a;cluster=b;selector=*"],
  ]);
});

test.each([
  { what: { pool: "a b" }, error: /capstan\.dev\/pool/ },
  { what: { cluster: "~*" }, error: /capstan\.dev\/cluster/ },
  { what: { selectors: ["zone in a"] }, error: /capstan\.dev\/selector/ },
])("$what gives no rights", ({ what, error }) => {
  const line = agentAcl({ user: "u", passwordSha256: "0", pool: "a", cluster: "a", ...what });
  expect(line.ok ? line.value : line.error).toMatch(error);
});
