import { type PulledTask, type TaskQueue, TaskRefused, type TaskWorker } from "@capstan/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aTask } from "./sample-values.ts";
import { eventually } from "./shard-harness.ts";

/** A queue and its workers; `create` of the suite gives a fresh and empty one for each test. */
export interface TaskQueueHarness {
  readonly queue: TaskQueue;
  /** A worker of a pool, as a new agent would have it; not running yet. */
  worker(pool: string, concurrency: number): TaskWorker;
  /** The worker's process dies: its handlers end nowhere and nothing renews its leases. */
  crash(worker: TaskWorker): Promise<void>;
  /** A lost worker's tasks are delivered again within this time. */
  readonly redeliveredWithinMs: number;
  passTime(delayMs: number): Promise<void>;
  close(): Promise<void>;
}

const nowSeconds = 1_700_000_000;

/** What every TaskQueue with its TaskWorker must do. */
export function runTaskQueueSuite(suite: { readonly create: () => Promise<TaskQueueHarness> }): void {
  describe("a task queue", () => {
    let harness: TaskQueueHarness;
    beforeEach(async () => {
      harness = await suite.create();
    });
    afterEach(() => harness.close());

    deliveryTests(() => harness);
    cancelTests(() => harness);
    lossTests(() => harness);
  });
}

function deliveryTests(harness: () => TaskQueueHarness): void {
  test("hands a task over whole and once", async () => {
    const task = aTask("w", "n1", nowSeconds);
    await harness().queue.add([task]);
    const pulled = collect(harness().worker("default", 4));
    await eventually(harness(), () => pulled.length === 1);
    expect(pulled[0]).toMatchObject({ task, redelivered: false });
    expect(pulled[0]?.signal.aborted).toBe(false);
    await harness().passTime(50);
    expect(pulled).toHaveLength(1);
  });

  test("hands over tasks that come while the worker waits", async () => {
    const pulled = collect(harness().worker("default", 1));
    for (let index = 0; index < 5; index++) {
      await harness().queue.add([aTask("w", `n${index}`, nowSeconds)]);
      await eventually(harness(), () => pulled.length === index + 1);
    }
  });

  test("ignores a task that is added again while it waits and after it has ended", async () => {
    const task = aTask("w", "n1", nowSeconds);
    await harness().queue.add([task, task]);
    await harness().queue.add([task]);
    const pulled = collect(harness().worker("default", 2));
    await eventually(harness(), () => pulled.length === 1);
    await harness().passTime(50);
    await harness().queue.add([task]);
    await harness().passTime(50);
    expect(pulled).toHaveLength(1);
  });

  test("runs the highest bid first, and equal bids in the order they came", async () => {
    const keys = [500, 100, 300, 100, 200, 400, 100];
    await harness().queue.add(keys.map((key, index) => aTask("w", `n${index}`, nowSeconds + key)));
    const pulled = collect(harness().worker("default", 1));
    await eventually(harness(), () => pulled.length === keys.length);
    expect(pulled.map(({ task }) => task.nodeId)).toEqual(["n1", "n3", "n6", "n4", "n2", "n5", "n0"]);
  });

  test("orders a later, more urgent task before those that wait", async () => {
    await harness().queue.add([aTask("w", "batch", nowSeconds + 10_000), aTask("w", "normal", nowSeconds + 60)]);
    await harness().queue.add([aTask("w", "urgent", nowSeconds - 3_600)]);
    const pulled = collect(harness().worker("default", 1));
    await eventually(harness(), () => pulled.length === 3);
    expect(pulled.map(({ task }) => task.nodeId)).toEqual(["urgent", "normal", "batch"]);
  });

  test("keeps pools apart, those that are named by what they demand too", async () => {
    const pools = ["gpu", "cpu", "pool=gpu;cluster=east", "selector=a.b/c!=d,!spot,zone in(a,b)"];
    await harness().queue.add(pools.map((pool, index) => aTask("w", `n${index}`, nowSeconds, pool)));
    for (const [index, pool] of pools.entries()) {
      if (pool === "cpu") continue;
      const pulled = collect(harness().worker(pool, 4));
      await eventually(harness(), () => pulled.length === 1);
      await harness().passTime(50);
      expect(pulled.map(({ task }) => [task.nodeId, task.pool])).toEqual([[`n${index}`, pool]]);
    }
  });

  test("takes tasks for hundreds of pools at once", async () => {
    const pools = Array.from({ length: 600 }, (_, index) => `selector=key${index}`);
    await harness().queue.add(pools.map((pool, index) => aTask("w", `n${index}`, nowSeconds, pool)));
    for (const index of [0, 300, 599]) {
      const pulled = collect(harness().worker(pools[index] ?? "", 1));
      await eventually(harness(), () => pulled.length === 1);
      expect(pulled[0]?.task.nodeId).toBe(`n${index}`);
    }
  });

  test("holds no more tasks than its concurrency, and takes more when it grows", async () => {
    await harness().queue.add(Array.from({ length: 10 }, (_, index) => aTask("w", `n${index}`, nowSeconds)));
    const worker = harness().worker("default", 2);
    const gate = gated(worker);
    await eventually(harness(), () => gate.started.length === 2);
    await harness().passTime(50);
    expect(gate.started).toHaveLength(2);
    worker.setConcurrency(5);
    await eventually(harness(), () => gate.started.length === 5);
    worker.setConcurrency(0);
    gate.open();
    await harness().passTime(50);
    const whenClosed = gate.started.length;
    await harness().passTime(50);
    expect(gate.started).toHaveLength(whenClosed);
    expect(whenClosed).toBeLessThan(10);
    worker.setConcurrency(3);
    await eventually(harness(), () => gate.started.length === 10);
  });

  test("takes nothing any more once it may hold nothing, not even what it was waiting for", async () => {
    const full = harness().worker("default", 1);
    const first = collect(full);
    await harness().queue.add([aTask("w", "n1", nowSeconds)]);
    await eventually(harness(), () => first.length === 1);
    full.setConcurrency(0);
    await harness().passTime(50);
    await harness().queue.add([aTask("w", "n2", nowSeconds)]);
    await harness().passTime(50);
    const second = collect(harness().worker("default", 1));
    await eventually(harness(), () => second.length === 1, 10_000);
    expect([first.length, second[0]?.task.nodeId]).toEqual([1, "n2"]);
  });

  test("takes nothing while it may hold nothing from the start, not even what was delivered before; then as much as it may", async () => {
    const [again, fresh] = [aTask("w", "again", nowSeconds), aTask("w", "fresh", nowSeconds + 10)];
    await harness().queue.add([again]);
    const lost = harness().worker("default", 1);
    const first = gated(lost);
    await eventually(harness(), () => first.started.length === 1);
    await harness().crash(lost);
    const full = harness().worker("default", 0);
    const pulled = collect(full);
    await harness().queue.add([fresh]);
    await harness().passTime(harness().redeliveredWithinMs * 2);
    expect(pulled).toEqual([]);
    full.setConcurrency(1);
    await eventually(harness(), () => pulled.length === 2, 10_000);
    expect(pulled.map(({ task }) => task.nodeId).sort()).toEqual(["again", "fresh"]);
    first.open();
  });

  test("delivers again when the handler rejects", async () => {
    await harness().queue.add([aTask("w", "n1", nowSeconds)]);
    const redelivered: boolean[] = [];
    harness()
      .worker("default", 1)
      .run(async (pulled) => {
        redelivered.push(pulled.redelivered);
        if (redelivered.length < 3) throw new Error("not this time");
      });
    await eventually(harness(), () => redelivered.length === 3, 10_000);
    expect(redelivered).toEqual([false, true, true]);
  });

  test("keeps a refused task away for a while, and then its place among those that wait", async () => {
    await harness().queue.add([aTask("w", "refused", nowSeconds)]);
    const nodeIds: string[] = [];
    const gate = Promise.withResolvers<void>();
    harness()
      .worker("default", 1)
      .run(async ({ task }) => {
        nodeIds.push(task.nodeId);
        if (nodeIds.length === 1) throw new TaskRefused(task.id, "no room");
        if (task.nodeId === "holds") await gate.promise;
      });
    await eventually(harness(), () => nodeIds.length === 1);
    await harness().queue.add([aTask("w", "holds", nowSeconds + 20)]);
    await eventually(harness(), () => nodeIds.length === 2);
    await harness().queue.add([aTask("w", "less urgent", nowSeconds + 10)]);
    await harness().passTime(1_000);
    gate.resolve();
    await eventually(harness(), () => nodeIds.length === 4);
    expect(nodeIds).toEqual(["refused", "holds", "refused", "less urgent"]);
  });

  test("closing waits for the running handlers and leaves the rest in the queue", async () => {
    await harness().queue.add([aTask("w", "n1", nowSeconds), aTask("w", "n2", nowSeconds + 5)]);
    const worker = harness().worker("default", 1);
    const gate = gated(worker);
    await eventually(harness(), () => gate.started.length === 1);
    let closed = false;
    const closing = worker.close().then(() => {
      closed = true;
    });
    await harness().passTime(50);
    expect(closed).toBe(false);
    gate.open();
    await closing;
    expect(gate.started).toHaveLength(1);
    const next = collect(harness().worker("default", 1));
    await eventually(harness(), () => next.length === 1);
    expect(next[0]).toMatchObject({ task: { nodeId: "n2" }, redelivered: false });
  });
}

function cancelTests(harness: () => TaskQueueHarness): void {
  const cancelOf = (nodeId: string) => ({ taskId: `w.${nodeId}.0`, pool: "default", reason: "stopped by the user" });

  test("takes a waiting task out of the queue", async () => {
    await harness().queue.add([aTask("w", "n1", nowSeconds), aTask("w", "n2", nowSeconds + 1)]);
    await harness().queue.cancel([cancelOf("n1")]);
    const pulled = collect(harness().worker("default", 4));
    await eventually(harness(), () => pulled.length === 1);
    await harness().passTime(50);
    expect(pulled.map(({ task }) => task.nodeId)).toEqual(["n2"]);
  });

  test("aborts a running task with the reason", async () => {
    await harness().queue.add([aTask("w", "n1", nowSeconds), aTask("w", "n2", nowSeconds)]);
    const gate = gated(harness().worker("default", 4));
    await eventually(harness(), () => gate.started.length === 2);
    await harness().queue.cancel([cancelOf("n1")]);
    const [first, second] = ["n1", "n2"].map((id) => gate.started.find(({ task }) => task.nodeId === id));
    await eventually(harness(), () => first?.signal.aborted === true);
    expect(first?.signal.reason).toBe("stopped by the user");
    expect(second?.signal.aborted).toBe(false);
    gate.open();
  });

  test("hands a task over aborted when it was cancelled before and is added late", async () => {
    await harness().queue.cancel([cancelOf("n1")]);
    await harness().queue.add([aTask("w", "n1", nowSeconds)]);
    const pulled = collect(harness().worker("default", 1));
    await eventually(harness(), () => pulled.length === 1);
    expect(pulled[0]?.signal.aborted).toBe(true);
    expect(pulled[0]?.signal.reason).toBe("stopped by the user");
  });

  test("cancels in a pool that is named by what it demands", async () => {
    const pool = "pool=gpu;selector=zone in(a,b)";
    await harness().queue.add([aTask("w", "n1", nowSeconds, pool)]);
    const gate = gated(harness().worker(pool, 1));
    await eventually(harness(), () => gate.started.length === 1);
    await harness().queue.cancel([{ ...cancelOf("n1"), pool }]);
    await eventually(harness(), () => gate.started[0]?.signal.aborted === true);
    gate.open();
  });

  test("cancels twice, and what is gone, without harm", async () => {
    await harness().queue.cancel([cancelOf("unknown"), cancelOf("unknown")]);
    await harness().queue.add([aTask("w", "n1", nowSeconds)]);
    const pulled = collect(harness().worker("default", 1));
    await eventually(harness(), () => pulled.length === 1);
    await harness().passTime(50);
    await harness().queue.cancel([cancelOf("n1")]);
    await harness().queue.cancel([cancelOf("n1")]);
    await harness().queue.cancel([]);
  });
}

function lossTests(harness: () => TaskQueueHarness): void {
  test("delivers a lost worker's tasks again, to another and marked so", { timeout: 30_000 }, async () => {
    await harness().queue.add([aTask("w", "n1", nowSeconds), aTask("w", "n2", nowSeconds)]);
    const lost = harness().worker("default", 2);
    const gate = gated(lost);
    await eventually(harness(), () => gate.started.length === 2);
    const survivor = collect(harness().worker("default", 2));
    await harness().crash(lost);
    await eventually(harness(), () => survivor.length === 2, harness().redeliveredWithinMs);
    expect(survivor.map(({ task }) => task.nodeId).sort()).toEqual(["n1", "n2"]);
    expect(survivor.every(({ redelivered }) => redelivered)).toBe(true);
    gate.open();
  });

  test("tells a redelivered task that it was cancelled while its worker was lost", { timeout: 30_000 }, async () => {
    await harness().queue.add([aTask("w", "n1", nowSeconds)]);
    const lost = harness().worker("default", 1);
    const gate = gated(lost);
    await eventually(harness(), () => gate.started.length === 1);
    await harness().crash(lost);
    await harness().queue.cancel([{ taskId: "w.n1.0", pool: "default", reason: "stopped" }]);
    const survivor = collect(harness().worker("default", 1));
    await eventually(harness(), () => survivor.length === 1, harness().redeliveredWithinMs);
    expect(survivor[0]).toMatchObject({ redelivered: true, signal: { aborted: true } });
    gate.open();
  });

  test("does not deliver a long task again while its worker lives", { timeout: 30_000 }, async () => {
    await harness().queue.add([aTask("w", "n1", nowSeconds)]);
    const gate = gated(harness().worker("default", 1));
    await eventually(harness(), () => gate.started.length === 1);
    const other = collect(harness().worker("default", 1));
    await harness().passTime(harness().redeliveredWithinMs);
    expect(other).toHaveLength(0);
    expect(gate.started[0]?.signal.aborted).toBe(false);
    gate.open();
  });
}

/** Runs the worker with a handler that ends at once, and returns what it was handed. */
function collect(worker: TaskWorker): readonly PulledTask[] {
  const pulled: PulledTask[] = [];
  worker.run(async (task) => {
    pulled.push(task);
  });
  return pulled;
}

/** Runs the worker with a handler that ends when the gate opens. */
function gated(worker: TaskWorker): { readonly started: readonly PulledTask[]; open(): void } {
  const started: PulledTask[] = [];
  const gate = Promise.withResolvers<void>();
  worker.run(async (pulled) => {
    started.push(pulled);
    await gate.promise;
  });
  return { started, open: () => gate.resolve() };
}
