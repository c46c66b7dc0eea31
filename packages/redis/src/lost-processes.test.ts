import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { PulledTask } from "@capstan/core";
import { type RedisServer, startRedis } from "@capstan/testkit";
import { aCommit, aCreation, aNode, aTask, aWorkflowCommit } from "@capstan/testkit/suites";
import { afterEach, describe, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { RedisInbox } from "./inbox.ts";
import { RedisLeaseStore } from "./lease-store.ts";
import { RedisShardStore } from "./shard-store.ts";
import { Subscriptions } from "./subscriptions.ts";
import { BullTaskQueue } from "./task-queue.ts";
import { BullTaskWorker } from "./task-worker.ts";
import { RedisShardWakeups } from "./wakeups.ts";
import { RedisWorkflowReader } from "./workflow-reader.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function server(appendFsync: "everysec" | "always" | "no"): Promise<RedisServer> {
  const started = await startRedis({ appendFsync });
  ends.push(() => started.stop());
  return started;
}

function connection(url: string): { readonly redis: RedisClient; readonly subscriptions: Subscriptions } {
  const redis = createRedis(url, "worker");
  const subscriptions = new Subscriptions(redis);
  ends.push(() => redis.disconnect());
  ends.push(() => subscriptions.close());
  return { redis, subscriptions };
}

describe.each(["everysec", "always"] as const)("a redis-server with appendfsync %s that is killed", (appendFsync) => {
  test("keeps what it answered, and every adapter goes on", { timeout: 30_000 }, async () => {
    const { url, kill, restart } = bound(await server(appendFsync));
    const { redis, subscriptions } = connection(url);
    const [inbox, leases, store] = [new RedisInbox(redis), new RedisLeaseStore(redis), new RedisShardStore(redis)];
    const woken: number[] = [];
    await new RedisShardWakeups(subscriptions).subscribe((shard) => woken.push(shard));
    const changed: string[] = [];
    let gaps = 0;
    await new RedisWorkflowReader(redis, subscriptions).subscribe(
      (_, uid) => changed.push(uid),
      () => gaps++,
    );
    const lease = await leases.acquire(0, "c1", 60_000);
    if (lease === undefined) throw new Error("the shard is not free");
    const [firstId] = await inbox.append(0, [{ workflowUid: "w", event: { type: "suspend-requested" } }]);
    await store.commit(
      lease,
      aCommit({
        inboxThroughId: firstId ?? "",
        workflows: [aCreation("hello", [aNode("n1")])],
        outbox: [{ type: "start-task", task: aTask("w", "n1", 1) }],
      }),
    );
    const incarnation = inbox.incarnation();

    await kill();
    // These wait for the server to come back.
    gaps = 0;
    const appended = inbox.append(0, [{ workflowUid: "w", event: { type: "terminate-requested" } }]);
    const loaded = store.loadWorkflow(0, "uid-hello");
    await restart();

    const [secondId] = await appended;
    expect((await loaded)?.nodes).toEqual([aNode("n1")]);
    expect(inbox.incarnation()).toBeGreaterThan(incarnation);
    expect(await store.inboxWatermark(0)).toBe(firstId);
    expect((await store.readInbox(0, firstId ?? "", 10)).map((entry) => entry.id)).toContain(secondId);
    expect(await store.readOutbox(0, "", 10)).toHaveLength(1);
    expect(await leases.renew(lease, 60_000)).toBe(true);
    // From when the gap is told on, nothing is missed.
    await expect.poll(() => gaps).toBe(1);
    changed.length = 0;
    const workflows = [aWorkflowCommit("uid-hello", { nodes: [aNode("n2")] })];
    expect(await store.commit(lease, aCommit({ inboxThroughId: secondId ?? "", workflows }))).toMatchObject({
      status: "committed",
    });
    await expect.poll(() => changed).toEqual(["uid-hello"]);
    woken.length = 0;
    await expect
      .poll(async () => {
        await inbox.append(3, [{ workflowUid: "w", event: { type: "suspend-requested" } }]);
        return woken;
      })
      .toContain(3);
  });

  test("delivers waiting tasks after its return, and cancels reach the running", { timeout: 30_000 }, async () => {
    const { url, kill, restart } = bound(await server(appendFsync));
    const coordinator = connection(url);
    const agent = connection(url);
    const queue = new BullTaskQueue(coordinator.redis);
    ends.push(() => queue.close());
    await queue.add([aTask("w", "before", 1)]);
    const worker = new BullTaskWorker({ ...agent, pool: "default", concurrency: 5, checkIntervalMs: 300 });
    ends.push(() => worker.abandon());
    const pulled: PulledTask[] = [];
    worker.run((task) => {
      pulled.push(task);
      return new Promise((resolve) => task.signal.addEventListener("abort", () => resolve()));
    });
    await expect.poll(() => pulled.map(({ task }) => task.nodeId)).toEqual(["before"]);

    await kill();
    const added = queue.add([aTask("w", "meanwhile", 1)]);
    await restart();
    await added;
    await queue.add([aTask("w", "after", 1)]);

    const ids = () => pulled.map(({ task }) => task.nodeId);
    await expect.poll(ids, { timeout: 15_000 }).toEqual(["before", "meanwhile", "after"]);
    await queue.cancel(ids().map((id) => ({ taskId: `w.${id}.0`, pool: "default", reason: "stopped" })));
    await expect.poll(() => pulled.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
  });
});

describe("a worker's process that is killed", () => {
  test("loses its tasks to another within lock duration and stall check", { timeout: 30_000 }, async () => {
    const [lockDurationMs, stalledIntervalMs] = [1_500, 500];
    const { url } = await server("no");
    const { redis, subscriptions } = connection(url);
    const queue = new BullTaskQueue(redis);
    ends.push(() => queue.close());
    const nodeIds = ["n0", "n1", "n2", "n3", "n4"];
    await queue.add(nodeIds.map((nodeId) => aTask("w", nodeId, 1)));

    const script = fileURLToPath(new URL("./fixtures/worker-process.ts", import.meta.url));
    const child = spawn(process.execPath, [script, url, String(lockDurationMs), String(stalledIntervalMs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    ends.push(() => child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    await expect.poll(() => output.trim().split("\n").sort(), { timeout: 15_000 }).toEqual(nodeIds);

    const survivor = new BullTaskWorker({
      ...{ redis, subscriptions, pool: "default", concurrency: 10, lockDurationMs, stalledIntervalMs },
    });
    ends.push(() => survivor.abandon());
    const pulled: PulledTask[] = [];
    survivor.run(async (task) => {
      pulled.push(task);
    });
    child.kill("SIGKILL");
    const killedAtMs = Date.now();
    await expect
      .poll(() => pulled.length, { interval: 10, timeout: lockDurationMs + stalledIntervalMs + 500 })
      .toBe(nodeIds.length);
    // A little more than the contract, for the stall check's own way and a busy machine.
    expect(Date.now() - killedAtMs).toBeLessThan(lockDurationMs + stalledIntervalMs + 300);
    expect(pulled.every(({ redelivered }) => redelivered)).toBe(true);
  });
});

describe("tasks that go through a backlog", () => {
  const backlogLimits = { releasedMax: 6, urgentMax: 12, takenForMs: 400 };
  const nodeIds = Array.from({ length: 300 }, (_, index) => `n${index}`);
  const script = fileURLToPath(new URL("./fixtures/backlog-process.ts", import.meta.url));

  /** A process that takes them and dies as it is told; it notes of each how it was delivered. Gives its end. */
  function agent(url: string, said: Map<string, string[]>, dies: "before" | "after" | "never"): Promise<unknown> {
    const child = spawn(process.execPath, [script, url, JSON.stringify(backlogLimits), dies], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [nodeId = "", how = ""] = line.split(" ");
      said.set(nodeId, [...(said.get(nodeId) ?? []), how]);
    });
    ends.push(() => child.kill("SIGKILL"));
    return once(child, "exit");
  }

  async function addAll(redis: RedisClient): Promise<void> {
    const queue = new BullTaskQueue(redis, { backlogLimits });
    ends.push(() => queue.close());
    for (let from = 0; from < nodeIds.length; from += 100)
      await queue.add(nodeIds.slice(from, from + 100).map((nodeId) => aTask("w", nodeId, 1)));
  }

  /** Every task was delivered, and whatever came twice was marked the second time. */
  async function expectAll(said: ReadonlyMap<string, readonly string[]>): Promise<void> {
    await expect.poll(() => said.size, { timeout: 40_000 }).toBe(nodeIds.length);
    const twice = [...said].filter(([, hows]) => hows.filter((how) => how === "first").length > 1);
    expect(twice).toEqual([]);
  }

  test("survive agents that die between taking them and bringing them, or just after", {
    timeout: 60_000,
  }, async () => {
    const { url } = await server("no");
    const { redis } = connection(url);
    await addAll(redis);
    const said = new Map<string, string[]>();
    for (const dies of ["before", "after", "before", "after"] as const) await agent(url, said, dies);
    void agent(url, said, "never");
    await expectAll(said);
    await expect.poll(() => redis.keys("*backlog*"), { timeout: 5_000 }).toEqual([]);
  });

  test("survive a redis-server that is killed", { timeout: 60_000 }, async () => {
    const { url, kill, restart } = bound(await server("everysec"));
    const { redis } = connection(url);
    const said = new Map<string, string[]>();
    void agent(url, said, "never");
    const added = addAll(redis);
    for (const part of [0.1, 0.4, 0.7]) {
      await expect.poll(() => said.size, { interval: 5, timeout: 20_000 }).toBeGreaterThan(nodeIds.length * part);
      await kill();
      await restart();
    }
    await added;
    await expectAll(said);
  });
});

/** The server's functions, to be called on their own. */
function bound(server: RedisServer): { url: string; kill: () => Promise<void>; restart: () => Promise<void> } {
  return { url: server.url, kill: () => server.kill(), restart: () => server.restart() };
}
