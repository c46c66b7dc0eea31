import {
  type LogLine,
  type PulledTask,
  type RunningTask,
  type Runtime,
  type RuntimeObserver,
  type Task,
  type TaskOutcome,
  type TaskPast,
  type TaskRefusal,
  TaskRefused,
  type TaskWorker,
} from "@capstan/core";
import { VirtualTime } from "@capstan/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "./logger.ts";
import { Reporter } from "./report/reporter.ts";
import { aShell, aTask } from "./testing/a-task.ts";
import { ScriptedInbox } from "./testing/scripted-inbox.ts";
import { AgentWorker } from "./worker.ts";

/** Hands tasks to the handler when the test says so. */
class HandQueue implements TaskWorker {
  handler: ((pulled: PulledTask) => Promise<void>) | undefined;
  readonly #open = new Set<Promise<unknown>>();

  run(handler: (pulled: PulledTask) => Promise<void>): void {
    this.handler = handler;
  }

  setConcurrency(): void {}

  async close(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  deliver(task: Task, redelivered = false): { readonly abort: AbortController; readonly handled: Promise<string> } {
    const abort = new AbortController();
    if (this.handler === undefined) throw new Error("nobody pulls");
    const handled = this.handler({ task, signal: abort.signal, redelivered }).then(
      () => "done",
      (error: unknown) => (error instanceof TaskRefused ? "refused" : "handed back"),
    );
    this.#open.add(handled);
    return { abort, handled };
  }
}

/** Runs nothing; a test ends each task. */
class HandRuntime implements Runtime {
  readonly name = "hand";
  readonly starts: string[] = [];
  /** What each start was told of an earlier one. */
  readonly pasts: (boolean | undefined)[] = [];
  readonly kills: string[] = [];
  readonly forgotten: string[] = [];
  left: readonly Task[] = [];
  broken: Error | undefined;
  readonly #ends = new Map<string, (outcome: TaskOutcome | TaskRefusal) => void>();

  async check(): Promise<{ readonly ok: true }> {
    return { ok: true };
  }

  async start(task: Task, observer: RuntimeObserver, past?: TaskPast): Promise<RunningTask> {
    this.starts.push(task.id);
    this.pasts.push(past?.hasStarted);
    if (this.broken !== undefined) throw this.broken;
    observer.started({ startedAtMs: 1, hostNodeName: "n" });
    const outcome = new Promise<TaskOutcome | TaskRefusal>((resolve) => this.#ends.set(task.id, resolve));
    return { outcome, kill: (reason, graceMs) => this.kills.push(`${reason} ${graceMs}`) };
  }

  end(task: Task): void {
    this.#ends.get(task.id)?.({ phase: "Succeeded", startedAtMs: 1, finishedAtMs: 2 });
  }

  refuse(task: Task, reason: string): void {
    this.#ends.get(task.id)?.({ refused: reason });
  }

  async leftovers(): Promise<readonly Task[]> {
    return this.left;
  }

  async *logs(): AsyncIterable<LogLine> {}

  async forget(taskId: string): Promise<void> {
    this.forgotten.push(taskId);
  }
}

describe("the agent's worker", () => {
  let time: VirtualTime;
  let inbox: ScriptedInbox;
  let queue: HandQueue;
  let runtime: HandRuntime;
  let worker: AgentWorker;
  /** What is answered first, whatever the state. */
  let answers: { readonly wanted: boolean; readonly afterMs: number }[];
  /** Attempts that the committed state waits for no more. */
  let unwanted: Set<string>;
  /** Attempts that it knows as running. */
  let started: Set<string>;
  beforeEach(() => {
    unwanted = new Set();
    started = new Set();
    time = new VirtualTime();
    inbox = new ScriptedInbox();
    queue = new HandQueue();
    runtime = new HandRuntime();
    const reporter: Reporter = new Reporter({
      inbox,
      clock: time,
      logger: silentLogger,
      shardCount: 4,
      onConfirmed: (taskId) => void worker.confirmed(taskId),
    });
    answers = [];
    const attempts = {
      isWanted: async (asked: Task) => {
        const answer = answers.shift();
        if (answer !== undefined) await time.sleep(answer.afterMs);
        return answer?.wanted ?? !unwanted.has(asked.id);
      },
      hasStarted: async (asked: Task) => started.has(asked.id),
    };
    worker = new AgentWorker({ queue, runtime, reporter, attempts, clock: time, logger: silentLogger });
  });
  const task = (): Task => aTask(aShell("true"));

  test("a task is started, reported, done; forgotten only once it is committed", async () => {
    const one = task();
    await worker.start();
    const { handled } = queue.deliver(one);
    await time.advance(50);
    expect({ said: inbox.said, active: worker.active }).toEqual({ said: [`task-started ${one.nodeId}`], active: 1 });
    runtime.end(one);
    await time.advance(50);
    expect(await handled).toBe("done");
    expect({ forgotten: runtime.forgotten, active: worker.active }).toEqual({ forgotten: [], active: 0 });
    inbox.commitAll();
    await time.advance(10_000);
    expect({ forgotten: runtime.forgotten, running: worker.running }).toEqual({ forgotten: [one.id], running: [] });
  });

  test("a second delivery joins the run", async () => {
    const one = task();
    await worker.start();
    const first = queue.deliver(one);
    const second = queue.deliver(one, true);
    await time.advance(10);
    runtime.end(one);
    await time.advance(10);
    expect(await Promise.all([first.handled, second.handled])).toEqual(["done", "done"]);
    expect({
      starts: runtime.starts,
      finishes: inbox.said.filter((text) => text.startsWith("task-finished")).length,
    }).toEqual({
      starts: [one.id],
      finishes: 1,
    });
  });

  test("the runtime hears whether a task that another agent had was running", async () => {
    const tasks = [task(), task(), task()];
    for (const { id } of tasks.slice(1)) started.add(id);
    await worker.start();
    for (const [index, one] of tasks.entries()) {
      queue.deliver(one, index < 2);
      await time.advance(10);
    }
    expect(runtime.pasts).toEqual([false, true, undefined]);
  });

  test("what an earlier agent left is reported without any delivery, and a delivery joins it", async () => {
    const one = task();
    runtime.left = [one];
    await worker.start();
    await time.advance(10);
    const { handled } = queue.deliver(one, true);
    runtime.end(one);
    await time.advance(10);
    expect(await handled).toBe("done");
    expect({ starts: runtime.starts, last: inbox.said.at(-1) }).toEqual({
      starts: [one.id],
      last: `task-finished ${one.nodeId}`,
    });
  });

  test("what is delivered again after it was confirmed and forgotten is not started again", async () => {
    const one = task();
    await worker.start();
    queue.deliver(one);
    await time.advance(10);
    runtime.end(one);
    await time.advance(10);
    inbox.commitAll();
    unwanted.add(one.id);
    await time.advance(10_000);
    expect(await queue.deliver(one, true).handled).toBe("done");
    expect(runtime.starts).toEqual([one.id]);
  });

  test("an answer that was long on its way is not believed: the agent slept, and another may have finished the task", async () => {
    const one = task();
    await worker.start();
    unwanted.add(one.id);
    answers = [
      { wanted: true, afterMs: 5_000 },
      { wanted: false, afterMs: 10 },
    ];
    const { handled } = queue.deliver(one, true);
    await time.advance(6_000);
    expect(await handled).toBe("done");
    expect({ starts: runtime.starts, answers }).toEqual({ starts: [], answers: [] });
  });

  test("what is delivered anew after its report is reported again: a store that lost its last second asks for it", async () => {
    const one = task();
    await worker.start();
    queue.deliver(one);
    await time.advance(10);
    runtime.end(one);
    await time.advance(10);
    const { handled } = queue.deliver(one);
    await time.advance(10);
    expect(await handled).toBe("done");
    expect({
      starts: runtime.starts,
      finishes: inbox.said.filter((text) => text.startsWith("task-finished")).length,
    }).toEqual({ starts: [one.id], finishes: 2 });
  });

  test("a cancellation kills, with the template's own grace", async () => {
    const one = aTask(aShell("true", { terminationGracePeriodSeconds: 7 }));
    await worker.start();
    const { abort } = queue.deliver(one);
    await time.advance(10);
    abort.abort("workflow stopped");
    expect(runtime.kills).toEqual(["workflow stopped 7000"]);
  });

  test("a task cancelled before it came starts nothing and says so", async () => {
    const one = task();
    await worker.start();
    const abort = AbortSignal.abort("workflow stopped");
    await Promise.all([queue.handler?.({ task: one, signal: abort, redelivered: false }), time.advance(10)]);
    expect(runtime.starts).toEqual([]);
    expect(inbox.appended.map(({ event }) => event)).toMatchObject([
      { type: "task-finished", outcome: { phase: "Failed", message: "workflow stopped" } },
    ]);
  });

  test("a lost lease ends the delivery, not the run; the next delivery joins it", async () => {
    const one = task();
    await worker.start();
    const first = queue.deliver(one);
    await time.advance(10);
    first.abort.abort("lease lost");
    expect(await first.handled).toBe("handed back");
    const second = queue.deliver(one, true);
    runtime.end(one);
    await time.advance(10);
    expect(await second.handled).toBe("done");
    expect({ starts: runtime.starts.length, kills: runtime.kills }).toEqual({ starts: 1, kills: [] });
  });

  test("a runtime that fails to start a task makes an Error of it", async () => {
    runtime.broken = new Error("no space left on device");
    const one = task();
    await worker.start();
    const { handled } = queue.deliver(one);
    await time.advance(10);
    expect(await handled).toBe("done");
    expect(inbox.appended[0]?.event).toMatchObject({
      outcome: { phase: "Error", message: expect.stringContaining("no space left") },
    });
  });

  test("a task that the runtime refuses goes back without a report, people see why, and the next delivery starts it", async () => {
    const one = task();
    await worker.start();
    const first = queue.deliver(one);
    await time.advance(10);
    runtime.refuse(one, "OutOfcpu: the node has no room");
    await time.advance(50);
    expect(await first.handled).toBe("refused");
    expect(inbox.appended.map(({ event }) => event)).toMatchObject([
      { type: "task-started" },
      { type: "task-progressed", message: "OutOfcpu: the node has no room" },
    ]);
    expect({ running: worker.running, active: worker.active }).toEqual({ running: [], active: 0 });
    const second = queue.deliver(one, true);
    await time.advance(10);
    runtime.end(one);
    await time.advance(50);
    expect(await second.handled).toBe("done");
    expect({ starts: runtime.starts, last: inbox.said.at(-1) }).toEqual({
      starts: [one.id, one.id],
      last: `task-finished ${one.nodeId}`,
    });
  });

  test("an agent that ends its tasks waits for those of an earlier agent too, and says how they ended", async () => {
    const left = task();
    runtime.left = [left];
    await worker.start();
    await time.advance(10);
    worker.killAll("the agent was stopped", 100);
    let hasStopped = false;
    const stopped = worker.stop({ leaveRunning: false }).then(() => {
      hasStopped = true;
    });
    await time.advance(50);
    expect({ hasStopped, kills: runtime.kills }).toEqual({ hasStopped: false, kills: ["the agent was stopped 100"] });
    runtime.end(left);
    await time.advance(50);
    await stopped;
    expect(inbox.said.at(-1)).toBe(`task-finished ${left.nodeId}`);
  });

  test("a stopping agent hands back what comes, and lets go of what runs", async () => {
    const [one, two] = [task(), task()];
    await worker.start();
    const running = queue.deliver(one);
    await time.advance(10);
    const stopped = worker.stop({ leaveRunning: true });
    const late = queue.deliver(two);
    expect(await Promise.all([running.handled, late.handled])).toEqual(["handed back", "handed back"]);
    await stopped;
    expect({ starts: runtime.starts, kills: runtime.kills }).toEqual({ starts: [one.id], kills: [] });
  });
});
