import { type Engine, engine, shardOf, type Task } from "@capstan/core";
import { aWorkflow, MemoryTaskQueue } from "@capstan/testkit";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { shardDefaults } from "./settings.ts";
import { type BegunTask, type ShardObserver, silentObserver } from "./shard-observer.ts";
import { MemoryWorld, testShardCount } from "./testing/memory-coordinator.ts";

const hello = aWorkflow("hello").container("main").bundle();
const chain = aWorkflow("chain")
  .steps("main", [[{ name: "first", template: "leaf" }], [{ name: "second", template: "leaf" }]])
  .container("leaf")
  .bundle();
const fanOut = (count: number) =>
  aWorkflow("fan-out")
    .steps("main", [[{ name: "each", template: "leaf", withSequence: { count } }]])
    .container("leaf")
    .bundle();

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
});

async function onlyTask(): Promise<Task> {
  const [task, ...more] = await world.pullAll();
  if (task === undefined || more.length > 0) throw new Error(`${more.length + 1} tasks wait`);
  return task;
}

describe("a coordinator", () => {
  test("takes a workflow from its submit to its end", async () => {
    await world.coordinator("a").start();
    await world.submit(hello);
    const task = await onlyTask();
    expect(task).toMatchObject({ workflowUid: "uid-hello", pool: "default" });
    await world.finish(hello, task);
    expect((await world.get(hello))?.header).toMatchObject({ phase: "Succeeded", progress: "1/1" });
    expect((await world.reader.list({ limit: 10 })).items).toMatchObject([{ name: "hello", phase: "Succeeded" }]);
  });

  test("goes on where the one before it stopped, at once when that left in order", async () => {
    const first = world.coordinator("a");
    await first.start();
    await world.submit(chain);
    await world.finish(chain, await onlyTask());
    await first.stop(1_000);
    expect(first.shards).toEqual([]);
    const second = world.coordinator("b");
    await second.start();
    expect(second.shards).toHaveLength(testShardCount);
    await world.finish(chain, await onlyTask());
    expect((await world.get(chain))?.header.phase).toBe("Succeeded");
  });

  test.each(["leave", "release"] as const)("stops although the store answers nothing any more (%s)", async (silent) => {
    const answersNothing = vi.spyOn(world.leases, silent).mockReturnValue(new Promise<never>(() => undefined));
    const coordinator = world.coordinator("a");
    await coordinator.start();
    let hasStopped = false;
    const stopped = coordinator.stop(5_000).then(() => {
      hasStopped = true;
    });
    await world.time.advance(4_000);
    expect(hasStopped).toBe(false);
    await world.time.advance(3_000);
    await stopped;
    // Another takes over as after a crash.
    answersNothing.mockRestore();
    const second = world.coordinator("b");
    await second.start();
    await world.time.advance(30_000);
    expect(second.shards).toHaveLength(testShardCount);
  });

  test("lets the outbox forget what is carried out although the first acknowledgement failed and nothing follows", async () => {
    const acknowledge = vi.spyOn(world.store, "acknowledgeOutbox").mockRejectedValueOnce(new Error("gone"));
    await world.coordinator("a").start();
    await world.submit(hello);
    await world.time.advance(20_000);
    expect(acknowledge.mock.calls.length).toBeGreaterThan(1);
    expect(await world.store.readOutbox(shardOf("default", "hello", testShardCount), "", 10)).toEqual([]);
  });

  test("shares the shards with another, and each is one's", async () => {
    const [first, second] = [world.coordinator("a"), world.coordinator("b")];
    await first.start();
    await second.start();
    await world.time.advance(10_000);
    expect([...first.shards, ...second.shards].sort()).toEqual([0, 1, 2, 3]);
    expect(first.isSettled && second.isSettled).toBe(true);
  });

  test("keeps a large step in several commits, and loses none of it", async () => {
    const settings = { ...shardDefaults, commitItemsMax: 5, inboxBatchMax: 3, relayBatchMax: 4, relayQueueMax: 6 };
    await world.coordinator("a", { settings }).start();
    const bundle = fanOut(50);
    await world.submit(bundle);
    const tasks = await world.pullAll();
    expect(tasks).toHaveLength(50);
    for (const task of tasks) void world.finish(bundle, task);
    await world.time.advance(5_000);
    expect((await world.get(bundle))?.header).toMatchObject({ phase: "Succeeded", progress: "50/50" });
  });

  test("forgets idle workflows beyond its memory and loads them again", async () => {
    const settings = { ...shardDefaults, cachedNodesMax: 4 };
    const coordinator = world.coordinator("a", { settings });
    await coordinator.start();
    const bundles = Array.from({ length: 6 }, (_, index) => aWorkflow(`w${index}`).container("main").bundle());
    for (const bundle of bundles) await world.submit(bundle);
    expect(coordinator.cachedNodeCount).toBeLessThanOrEqual(4);
    const tasks = await world.pullAll();
    for (const bundle of bundles) {
      const task = tasks.find(({ workflowName }) => workflowName === bundle.workflow.metadata.name);
      if (task !== undefined) await world.finish(bundle, task);
      expect((await world.get(bundle))?.header.phase).toBe("Succeeded");
    }
  });

  test("counts what large manifests take of its memory, however few nodes they have", async () => {
    await world.coordinator("a", { settings: { ...shardDefaults, cachedNodesMax: 40 } }).start();
    const scripts = Array.from({ length: 3 }, (_, index) =>
      aWorkflow(`w${index}`)
        .template("main", { container: { image: "busybox", command: ["true"], args: ["x".repeat(20_000)] } })
        .bundle(),
    );
    for (const bundle of scripts) await world.submit(bundle);
    const load = vi.spyOn(world.store, "loadWorkflow");
    const [first] = scripts;
    const task = (await world.pullAll()).find(({ workflowName }) => workflowName === "w0");
    if (first === undefined || task === undefined) throw new Error("no task");
    await world.finish(first, task);
    expect(load).toHaveBeenCalledTimes(1);
    expect((await world.get(first))?.header.phase).toBe("Succeeded");
  });

  test("deletes a workflow when its time to live is over, and takes it off the lists", async () => {
    const bundle = aWorkflow("brief")
      .with({ ttlStrategy: { secondsAfterCompletion: 60 } })
      .container("main")
      .bundle();
    await world.coordinator("a").start();
    await world.submit(bundle);
    await world.finish(bundle, await onlyTask());
    await world.time.advance(59_000);
    expect((await world.get(bundle))?.header.phase).toBe("Succeeded");
    await world.time.advance(2_000);
    expect(await world.get(bundle)).toBeUndefined();
    expect((await world.reader.list({ limit: 10 })).items).toEqual([]);
  });

  test("lets timers fire when they are due, also those that an earlier owner set", async () => {
    const bundle = aWorkflow("naps").suspend("main", "60").bundle();
    const first = world.coordinator("a");
    await first.start();
    await world.submit(bundle);
    await first.stop(1_000);
    await world.coordinator("b").start();
    await world.time.advance(59_000);
    expect((await world.get(bundle))?.header.phase).toBe("Running");
    await world.time.advance(1_100);
    expect((await world.get(bundle))?.header.phase).toBe("Succeeded");
  });
});

describe("what a coordinator tells those who count", () => {
  const begins = () => {
    const begun: BegunTask[] = [];
    return {
      begun,
      observer: { ...silentObserver, committed: (commit) => begun.push(...commit.begun) } as ShardObserver,
    };
  };
  const started = ({ nodeId, attempt }: Task, startedAtMs: number) =>
    ({ type: "task-started", nodeId, attempt, startedAtMs }) as const;

  test("how long each task waited, once, and how long its workflow did until the first of them", async () => {
    const { begun, observer } = begins();
    await world.coordinator("a", { observer }).start();
    const atMs = world.time.nowMs();
    await world.submit(chain);
    await world.time.advance(2_000);
    const first = await onlyTask();
    await world.tell(chain, started(first, atMs + 1_500));
    await world.tell(chain, started(first, atMs + 1_500));
    await world.finish(chain, first, { startedAtMs: atMs + 1_500 });
    // A short task says only that it has ended. Its agent's clock is behind.
    await world.finish(chain, await onlyTask(), { startedAtMs: atMs });
    expect(begun).toEqual([
      { pool: "default", waitedMs: 1_500, sinceSubmitMs: 1_500 },
      { pool: "default", waitedMs: 0 },
    ]);
  });

  test("the same when the workflow was out of memory meanwhile, or its coordinator died", async () => {
    const { begun, observer } = begins();
    const first = world.coordinator("a");
    await first.start();
    await world.submit(chain);
    await first.stop(1_000);
    const settings = { ...shardDefaults, cachedNodesMax: 1 };
    await world.coordinator("b", { observer, settings }).start();
    for (let task = 0; task < 2; task++) {
      await world.time.advance(1_000);
      await world.finish(chain, await onlyTask());
    }
    expect(begun).toMatchObject([{ waitedMs: 1_000, sinceSubmitMs: 1_000 }, { waitedMs: 1_000 }]);
    expect(begun[1]).not.toHaveProperty("sinceSubmitMs");
  });

  test("a workflow that is retried has started long ago", async () => {
    const { begun, observer } = begins();
    const settings = { ...shardDefaults, cachedNodesMax: 1 };
    await world.coordinator("a", { observer, settings }).start();
    await world.submit(hello);
    await world.finish(hello, await onlyTask(), { phase: "Failed" });
    await world.time.advance(60_000);
    await world.tell(hello, { type: "retry-requested", restartSuccessful: false, parameters: [] });
    await world.finish(hello, await onlyTask());
    expect(begun).toMatchObject([{ sinceSubmitMs: 0 }, { waitedMs: 0 }]);
    expect(begun[1]).not.toHaveProperty("sinceSubmitMs");
  });

  test("how far its shards are behind: events that it cannot commit, commands that it cannot carry out", async () => {
    const queue = { add: () => Promise.reject(new Error("no queue")), cancel: async () => undefined };
    const coordinator = world.coordinator("a", { queue });
    await coordinator.start();
    const home = shardOf("default", "hello", testShardCount);
    const lag = async () => (await coordinator.lags()).find(({ shard }) => shard === home);
    await world.submit(hello);
    expect(await coordinator.lags()).toHaveLength(testShardCount);
    expect(await lag()).toEqual({ shard: home, inboxMs: 0, outboxMs: 0 });
    await world.time.advance(3_000);
    expect(await lag()).toEqual({ shard: home, inboxMs: 0, outboxMs: 3_000 });
    const load = vi.spyOn(world.store, "commit").mockReturnValue(new Promise<never>(() => undefined));
    await world.tell(hello, { type: "suspend-requested" });
    await world.time.advance(1_000);
    expect(await lag()).toEqual({ shard: home, inboxMs: 1_000, outboxMs: 4_000 });
    load.mockRestore();
  });
});

describe("what went wrong before", () => {
  test("commands of an owner that died are carried out by the next, save those that nobody waits for", async () => {
    const broken = { add: () => Promise.reject(new Error("no queue")), cancel: async () => undefined };
    const first = world.coordinator("a", { queue: broken });
    await first.start();
    await world.submit(hello);
    await world.submit(chain);
    // Its only task is over before the first owner could ask for it.
    const [node] = await world.nodes(hello);
    await world.tell(hello, {
      type: "task-finished",
      nodeId: node?.id ?? "",
      attempt: node?.attempt ?? 0,
      outcome: { phase: "Succeeded", startedAtMs: 0, finishedAtMs: 1 },
    });
    void first.stop(10);
    await world.time.advance(1_000);
    await world.coordinator("b").start();
    await world.time.advance(100);
    expect((await world.pullAll()).map(({ workflowName }) => workflowName)).toEqual(["chain"]);
  });

  test("commands that a queue forgot with its last second are carried out again", async () => {
    let incarnation = 0;
    const added: string[] = [];
    const queue = {
      add: async (tasks: readonly Task[]) => added.push(...tasks.map(({ id }) => id)),
      cancel: async () => undefined,
    };
    const ports = { queue: { ...queue, add: async (tasks: readonly Task[]) => void (await queue.add(tasks)) } };
    await world.coordinator("a", { ...ports, incarnation: () => incarnation }).start();
    await world.submit(hello);
    expect(added).toHaveLength(1);
    incarnation = 1;
    await world.time.advance(3_000);
    expect(added).toHaveLength(2);
    await world.time.advance(30_000);
    expect(added).toHaveLength(2);
  });

  test("a stale owner's commit is refused, and it takes nothing of its memory along", async () => {
    await world.coordinator("a").start();
    await world.submit(chain);
    const task = await onlyTask();
    for (let shard = 0; shard < testShardCount; shard++) {
      await world.time.advance(0);
      await world.leases.acquire(shard, "a", 60_000);
    }
    await world.finish(chain, task);
    expect((await world.get(chain))?.header.progress).toBe("0/1");
    await world.time.advance(3_000);
    expect((await world.get(chain))?.header.progress).toBe("1/2");
  });

  test("a queue that fails for a while gets every task once it is back", async () => {
    const real = new MemoryTaskQueue(world.database);
    let failures = 5;
    const queue = {
      add: (tasks: readonly Task[]) => (failures-- > 0 ? Promise.reject(new Error("away")) : real.add(tasks)),
      cancel: real.cancel.bind(real),
    };
    await world.coordinator("a", { queue }).start();
    await world.submit(fanOut(7));
    await world.time.advance(10_000);
    expect(await world.pullAll()).toHaveLength(7);
  });
});

describe("an event that the machine fails on", () => {
  const failing = (type: string): Engine => ({
    ...engine,
    decide: (state, event, context) => {
      if (event.type === type) throw new Error("a bug of ours");
      return engine.decide(state, event, context);
    },
  });

  test("is passed over: the workflow says so, and the shard's others go on", async () => {
    await world.coordinator("a", { engine: failing("task-started") }).start();
    await world.submit(hello);
    const task = await onlyTask();
    await world.tell(hello, { type: "task-started", nodeId: task.nodeId, attempt: task.attempt, startedAtMs: 1 });
    expect((await world.get(hello))?.header.conditions).toContainEqual(
      expect.objectContaining({ type: "EngineFailed", message: expect.stringContaining("a bug of ours") }),
    );
    await world.finish(hello, task);
    expect((await world.get(hello))?.header).toMatchObject({
      phase: "Succeeded",
      conditions: expect.arrayContaining([expect.objectContaining({ type: "EngineFailed" })]),
    });
  });

  test("leaves an accepted workflow to be found, when it is its submit", async () => {
    await world.coordinator("a", { engine: failing("workflow-submitted") }).start();
    await world.submit(hello);
    expect((await world.get(hello))?.header).toMatchObject({ phase: "Error" });
    expect((await world.reader.list({ limit: 10 })).items).toMatchObject([{ name: "hello", phase: "Error" }]);
  });

  test("leaves the others of its shard their commands, when it cannot even be loaded", async () => {
    const home = shardOf("default", "hello", testShardCount);
    const names = Array.from({ length: 100 }, (_, index) => `neighbour-${index}`);
    const neighbour = names.find((name) => shardOf("default", name, testShardCount) === home) ?? "";
    const broken = { add: () => Promise.reject(new Error("no queue")), cancel: async () => undefined };
    const first = world.coordinator("a", { queue: broken });
    await first.start();
    await world.submit(hello);
    await world.submit(aWorkflow(neighbour).container("main").bundle());
    void first.stop(10);
    await world.time.advance(1_000);
    const load: Engine["load"] = (stored, policy) => {
      if (stored.uid === "uid-hello") throw new Error("a bug of ours");
      return engine.load(stored, policy);
    };
    await world.coordinator("b", { engine: { ...engine, load } }).start();
    await world.time.advance(5_000);
    expect((await world.pullAll()).map(({ workflowName }) => workflowName)).toEqual([neighbour]);
  });
});
