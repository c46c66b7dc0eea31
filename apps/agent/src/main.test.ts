import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type NodeStatus,
  shardOf,
  type Task,
  type TaskOutcome,
  type Template,
  type WorkflowEvent,
} from "@capstan/core";
import {
  BullTaskQueue,
  claimInstallation,
  createRedis,
  RedisAgentRegistry,
  type RedisClient,
  RedisLeaseStore,
  RedisLogSource,
  RedisShardStore,
} from "@capstan/redis";
import { type RedisServer, startCutLine, startRedis, startTlsRedis } from "@capstan/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aShell, aTask } from "./testing/a-task.ts";

const shardCount = 2;

describe("the agent's process on a real Redis", () => {
  let server: RedisServer;
  let redis: RedisClient;
  let queue: BullTaskQueue;
  let stateFolder: string;
  let marks: string;
  let pool = 0;
  const agents: ChildProcess[] = [];

  beforeAll(async () => {
    server = await startRedis();
    redis = createRedis(server.url, "coordinator");
    await claimInstallation(redis, { shardCount });
    queue = new BullTaskQueue(redis);
  });
  afterAll(async () => {
    await queue.close();
    redis.disconnect();
    await server.stop();
  });
  beforeEach(() => {
    pool += 1;
    stateFolder = mkdtempSync(join(tmpdir(), "capstan-main-"));
    marks = mkdtempSync(join(tmpdir(), "capstan-marks-"));
  });
  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => end(agent, "SIGKILL")));
    for (const folder of [stateFolder, marks]) rmSync(folder, { recursive: true, force: true });
  });

  /** As a coordinator does: the nodes that wait for the tasks are stored before the queue has them. */
  async function dispatch(tasks: readonly Task[]): Promise<void> {
    const store = new RedisShardStore(redis);
    for (const task of tasks) {
      const shard = shardOf(task.namespace, task.workflowName, shardCount);
      const lease = await new RedisLeaseStore(redis).acquire(shard, "coordinator", 60_000);
      if (lease === undefined) throw new Error("the shard is not free");
      const { nodeId: id, nodeName: name, attempt, workflowUid: uid } = task;
      const node: NodeStatus = { id, name, displayName: name, type: "Pod", phase: "Pending", attempt };
      const workflow = { uid, nodes: [node], removedNodeIds: [], timers: [], deleted: false };
      await store.commit(lease, { workflows: [workflow], firedTimers: [], outbox: [] });
    }
    await queue.add(tasks);
  }

  function startAgent(runtime: string, ...flags: readonly string[]): ChildProcess {
    const given = {
      "--redis": server.url,
      "--pool": `p${pool}`,
      "--runtime": runtime,
      "--state-dir": stateFolder,
      "--node-name": "n",
      "--lease-seconds": "2",
    };
    const args = [
      join(import.meta.dirname, "main.ts"),
      ...Object.entries(given).flat(),
      "--log-level",
      "silent",
      ...flags,
    ];
    const agent = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
    agents.push(agent);
    return agent;
  }

  async function end(agent: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    if (agent.exitCode === null && agent.signalCode === null) {
      const exited = new Promise((resolve) => agent.once("exit", resolve));
      agent.kill(signal);
      await exited;
    }
    return agent.exitCode;
  }

  const inPool = (template: Template, itsPool = `p${pool}`): Task =>
    aTask(template, { pool: itsPool, workflowName: `wf-${pool}` });

  /** What the agents said of this test's tasks. */
  async function reports(): Promise<readonly WorkflowEvent[]> {
    const entries = await new RedisShardStore(redis).readInbox(shardOf("argo", `wf-${pool}`, shardCount), "", 10_000);
    return entries.map(({ event }) => event);
  }
  async function finishedNodes(tasks: readonly Task[]): Promise<readonly string[]> {
    const nodes = (await reports()).flatMap((event) => (event.type === "task-finished" ? [event.nodeId] : []));
    return nodes.filter((node) => tasks.some(({ nodeId }) => nodeId === node));
  }
  function outcomeOf(events: readonly WorkflowEvent[], { nodeId }: Task): TaskOutcome {
    for (const event of events) if (event.type === "task-finished" && event.nodeId === nodeId) return event.outcome;
    throw new Error(`no agent has said how node ${nodeId} ended`);
  }
  const untilFinished = (tasks: readonly Task[]): Promise<void> =>
    expect
      .poll(async () => new Set(await finishedNodes(tasks)).size, { timeout: 40_000, interval: 50 })
      .toBe(tasks.length);

  /** Counts its start in `marks`, waits for the file `go`. */
  const counting = (wait: boolean): Template => ({
    container: {
      image: "x",
      command: [
        "sh",
        "-c",
        `echo x >> /capstan-test/count; ${wait ? "until [ -e /capstan-test/go ]; do sleep 0.02; done" : "sleep 0.05"}`,
      ],
      volumeMounts: [{ name: "m", mountPath: "/capstan-test" }],
    },
    volumes: [{ name: "m", hostPath: { path: marks } }],
  });
  const count = (): number =>
    existsSync(join(marks, "count")) ? readFileSync(join(marks, "count"), "utf8").length / 2 : 0;

  test("pulls, runs, reports, shows itself and its logs", { timeout: 60_000 }, async () => {
    const agent = startAgent("process", "--concurrency", "4", "--label", "zone=a");
    const task = inPool(aShell("echo hello"));
    await dispatch([task]);
    await untilFinished([task]);
    expect((await reports()).at(-1)).toMatchObject({
      outcome: { phase: "Succeeded", hostNodeName: "n", outputs: { result: "hello" } },
    });
    const registry = new RedisAgentRegistry(redis);
    expect(await registry.list()).toMatchObject([{ agentId: `local/p${pool}/n`, labels: { zone: "a" }, room: 4 }]);
    const source = new RedisLogSource(redis);
    const lines: string[] = [];
    for await (const { text } of source.requestLogs(task, { follow: false }, new AbortController().signal))
      lines.push(text);
    expect(lines).toEqual(["hello"]);
    expect(await end(agent, "SIGTERM")).toBe(0);
    expect(await registry.list()).toEqual([]);
  });

  test.each([
    { what: "through Redis", flags: [] },
    { what: "from one to the other", flags: ["--transfer-host", "127.0.0.1", "--transfer-port", "0"] },
  ])("what a task of one agent made, a task of another takes, $what", { timeout: 60_000 }, async ({ flags }) => {
    const [maker, user] = [`p${pool}`, `q${pool}`];
    startAgent("process", ...flags);
    startAgent("process", "--pool", user, "--node-name", "m", "--state-dir", join(stateFolder, "other"));
    const path = join(marks, "made");
    const made = inPool(aShell(`echo text > ${path}`, { outputs: { artifacts: [{ name: "a", path }] } }));
    await dispatch([made]);
    await untilFinished([made]);
    const saved = outcomeOf(await reports(), made).outputs?.artifacts?.[0];
    expect(saved).toMatchObject({ name: "a", s3: { key: `wf-${pool}/${made.podName}/a.tgz` } });
    const input = { ...saved, name: "a", path: join(marks, "taken") };
    const wants = inPool(aShell(`cat ${join(marks, "taken")}`, { inputs: { artifacts: [input] } }), user);
    await dispatch([wants]);
    await untilFinished([wants]);
    expect(outcomeOf(await reports(), wants)).toMatchObject({ hostNodeName: "m", outputs: { result: "text" } });
    const address = (await new RedisAgentRegistry(redis).find(`local/${maker}/n`))?.artifactAddress;
    expect(address?.host).toBe(flags.length > 0 ? "127.0.0.1" : undefined);
  });

  test("SIGKILL in the middle of many tasks: a successor finishes them, each has run once", {
    timeout: 90_000,
  }, async () => {
    const first = startAgent("process", "--concurrency", "8");
    const tasks = Array.from({ length: 40 }, () => inPool(counting(false)));
    await dispatch(tasks);
    await expect.poll(count, { timeout: 30_000, interval: 5 }).toBeGreaterThan(8);
    await end(first, "SIGKILL");
    startAgent("process", "--concurrency", "8");
    await untilFinished(tasks);
    expect(count()).toBe(tasks.length);
  });

  test("SIGTERM leaves running tasks to the successor, which reports them", { timeout: 60_000 }, async () => {
    const task = inPool(counting(true));
    const first = startAgent("process");
    await dispatch([task]);
    await expect.poll(count, { timeout: 30_000 }).toBe(1);
    expect(await end(first, "SIGTERM")).toBe(0);
    startAgent("process");
    writeFileSync(join(marks, "go"), "");
    await untilFinished([task]);
    expect(count()).toBe(1);
  });

  test("--kill-on-exit ends them and says so before it goes", { timeout: 60_000 }, async () => {
    const task = inPool(counting(true));
    const agent = startAgent("process", "--kill-on-exit", "--kill-grace-seconds", "1");
    await dispatch([task]);
    await expect.poll(count, { timeout: 30_000 }).toBe(1);
    expect(await end(agent, "SIGTERM")).toBe(0);
    expect((await reports()).at(-1)).toMatchObject({ outcome: { phase: "Failed", message: "the agent was stopped" } });
  });

  test("a cancelled task is killed", { timeout: 60_000 }, async () => {
    const task = inPool(counting(true));
    startAgent("process");
    await dispatch([task]);
    await expect.poll(count, { timeout: 30_000 }).toBe(1);
    await queue.cancel([{ taskId: task.id, pool: task.pool, reason: "workflow terminated" }]);
    await untilFinished([task]);
    expect((await reports()).at(-1)).toMatchObject({ outcome: { phase: "Failed", message: "workflow terminated" } });
  });

  test("takes tasks of the pools whose demands it meets, those that were there and those that come", {
    timeout: 60_000,
  }, async () => {
    const here = `cluster=c${pool}`;
    const before = inPool(aShell("echo before"), here);
    await dispatch([before]);
    startAgent("process", "--cluster", `c${pool}`, "--label", "zone=a");
    await untilFinished([before]);
    const demands = [`pool=p${pool};${here}`, `${here};selector=zone in(a,b)`, `${here};selector=!zone`];
    const [named, selected, unmet] = demands.map((demand) => inPool(aShell("echo after"), demand));
    if (named === undefined || selected === undefined || unmet === undefined) throw new Error("three tasks");
    await dispatch([named, selected, unmet]);
    await untilFinished([named, selected]);
    expect(await queue.waitingCount(unmet.pool)).toBe(1);
    const lines: string[] = [];
    for await (const { text } of new RedisLogSource(redis).requestLogs(
      selected,
      { follow: false },
      AbortSignal.timeout(20_000),
    ))
      lines.push(text);
    expect(lines).toEqual(["after"]);
  });

  test("drained, it takes no more and what runs goes on; its successor takes none either until it is uncordoned", {
    timeout: 90_000,
  }, async () => {
    const registry = new RedisAgentRegistry(redis);
    const running = inPool(counting(true));
    const first = startAgent("process");
    await dispatch([running]);
    await expect.poll(count, { timeout: 30_000 }).toBe(1);
    await registry.drain(`local/p${pool}/n`);
    const roomOf = async (): Promise<number | undefined> =>
      (await registry.list()).find(({ agentId }) => agentId === `local/p${pool}/n`)?.room;
    await expect.poll(roomOf, { timeout: 20_000 }).toBe(0);
    const waiting = inPool(aShell("true"));
    await dispatch([waiting]);
    writeFileSync(join(marks, "go"), "");
    await untilFinished([running]);
    expect(await end(first, "SIGTERM")).toBe(0);
    startAgent("process");
    await expect.poll(roomOf, { timeout: 20_000 }).toBe(0);
    expect(await queue.waitingCount(waiting.pool)).toBe(1);
    await registry.uncordon(`local/p${pool}/n`);
    await untilFinished([waiting]);
  });

  test("speaks TLS with a Redis whose certificate a private authority signed", { timeout: 60_000 }, async () => {
    const secure = await startTlsRedis();
    const ca = createRedis({ url: secure.url, ca: readFileSync(secure.caFile, "utf8") }, "coordinator");
    try {
      await claimInstallation(ca, { shardCount });
      startAgent("noop", "--redis", secure.url, "--redis-ca", secure.caFile);
      const registry = new RedisAgentRegistry(ca);
      await expect.poll(async () => (await registry.list()).length, { timeout: 20_000 }).toBe(1);
      // Blocking and subscribing connections are of their own.
      const tlsQueue = new BullTaskQueue(ca);
      await tlsQueue.add([inPool(aShell("true"))]);
      await expect.poll(() => tlsQueue.waitingCount(`p${pool}`), { timeout: 20_000 }).toBe(0);
      await tlsQueue.close();
    } finally {
      ca.disconnect();
      await secure.stop();
    }
  });

  test.each(["closed", "silent"] as const)(
    "cut off from Redis for longer than its leases (%s) it keeps what runs, reports it afterwards and starts nothing twice",
    { timeout: 90_000 },
    async (how) => {
      const line = await startCutLine(server.port);
      try {
        // Flags that come later win.
        startAgent("process", "--redis", `redis://127.0.0.1:${line.port}`);
        const [ends, goesOn] = [inPool(counting(true)), inPool(counting(true))];
        await dispatch([ends]);
        await expect.poll(count, { timeout: 30_000 }).toBe(1);
        line.cut(how);
        writeFileSync(join(marks, "go"), "");
        // The lease ends while the agent cannot say anything; the task ends too.
        const lock = `{capstan:p${pool}}:tasks:${ends.id}:lock`;
        await expect.poll(() => redis.exists(lock), { timeout: 20_000 }).toBe(0);
        await dispatch([goesOn]);
        expect([count(), await finishedNodes([ends])]).toEqual([1, []]);
        line.restore();
        await untilFinished([ends, goesOn]);
        expect(count()).toBe(2);
      } finally {
        await line.stop();
      }
    },
  );

  test.each([
    { flags: ["--runtime", "docker"], says: /--runtime is sandbox, process, kubernetes or noop, not "docker"/ },
    { flags: ["--concurrency", "none"], says: /--concurrency takes a number from 1 up, not "none"/ },
    { flags: ["--colour", "red"], says: /--colour/ },
  ])("a mistake in the flags is named: $says", async ({ flags, says }) => {
    const agent = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...flags], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let text = "";
    agent.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    expect(await new Promise((resolve) => agent.once("close", resolve))).toBe(2);
    expect(text).toMatch(says);
  });
});
