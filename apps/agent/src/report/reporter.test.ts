import type { Task, TaskOutcome } from "@capstan/core";
import { VirtualTime } from "@capstan/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "../logger.ts";
import { aShell, aTask } from "../testing/a-task.ts";
import { ScriptedInbox } from "../testing/scripted-inbox.ts";
import type { Report } from "./report.ts";
import { Reporter, type ReporterLimits } from "./reporter.ts";

describe("the reporter", () => {
  let time: VirtualTime;
  let inbox: ScriptedInbox;
  let confirmed: string[];
  beforeEach(() => {
    time = new VirtualTime();
    inbox = new ScriptedInbox();
    confirmed = [];
  });

  function aReporter(limits: Partial<ReporterLimits> = {}): Reporter {
    const onConfirmed = (taskId: string): void => void confirmed.push(taskId);
    return new Reporter({ inbox, clock: time, logger: silentLogger, shardCount: 4, onConfirmed, limits });
  }
  const task = (): Task => aTask(aShell("true"));
  const of = ({ nodeId, attempt }: Task): { nodeId: string; attempt: number } => ({ nodeId, attempt });
  const started = (one: Task): Report => ({ type: "task-started", ...of(one), startedAtMs: 1 });
  const progressed = (one: Task, progress: string): Report => ({ type: "task-progressed", ...of(one), progress });
  const outcome: TaskOutcome = { phase: "Succeeded", startedAtMs: 1, finishedAtMs: 2 };
  const finished = (one: Task): Report => ({ type: "task-finished", ...of(one), outcome });

  test("a task of a few milliseconds is one report", async () => {
    const one = task();
    const reporter = aReporter();
    reporter.note(one, started(one));
    const done = reporter.finished(one, finished(one));
    await time.advance(10);
    await done;
    expect(inbox.said).toEqual([`task-finished ${one.nodeId}`]);
  });

  test("a longer one is two, in order, and only the newest unsent progress goes", async () => {
    const one = task();
    const reporter = aReporter();
    reporter.note(one, started(one));
    await time.advance(10);
    inbox.failures = 1;
    reporter.note(one, progressed(one, "1/3"));
    await time.advance(1);
    reporter.note(one, progressed(one, "2/3"));
    await time.advance(300);
    const done = reporter.finished(one, finished(one));
    await time.advance(10);
    await done;
    expect(inbox.said).toEqual([
      `task-started ${one.nodeId}`,
      `task-progressed ${one.nodeId}`,
      `task-finished ${one.nodeId}`,
    ]);
    expect(inbox.appended[1]?.event).toMatchObject({ progress: "2/3" });
  });

  test("an append that fails is tried again until it works", async () => {
    const one = task();
    inbox.failures = 3;
    let isDone = false;
    void aReporter()
      .finished(one, finished(one))
      .then(() => {
        isDone = true;
      });
    await time.advance(400);
    expect(isDone).toBe(false);
    await time.advance(1_000);
    expect({ isDone, said: inbox.said }).toEqual({ isDone: true, said: [`task-finished ${one.nodeId}`] });
  });

  test("confirmed when the watermark has passed it and a while has gone by, not before, and once", async () => {
    const one = task();
    const reporter = aReporter();
    void reporter.finished(one, finished(one));
    await time.advance(20_000);
    expect({ confirmed, held: reporter.unconfirmed }).toEqual({ confirmed: [], held: 1 });
    inbox.commitAll();
    await time.advance(1_000);
    expect(confirmed).toEqual([]);
    await time.advance(60_000);
    expect({ confirmed, held: reporter.unconfirmed, said: inbox.said.length }).toEqual({
      confirmed: [one.id],
      held: 0,
      said: 1,
    });
    expect(time.nextAtMs).toBeUndefined();
  });

  test.each([
    { what: "not yet committed", commitFirst: false },
    { what: "committed a moment before, which the store may have forgotten", commitFirst: true },
  ])("a lost connection repeats what is $what", async ({ commitFirst }) => {
    const one = task();
    const reporter = aReporter();
    void reporter.finished(one, finished(one));
    await time.advance(100);
    if (commitFirst) inbox.commitAll();
    await time.advance(1_000);
    inbox.generation += 1;
    // The watermark may move past the forgotten id: that must not count.
    inbox.watermark = "1-1";
    await time.advance(1_000);
    expect(inbox.said).toEqual([`task-finished ${one.nodeId}`, `task-finished ${one.nodeId}`]);
    expect(confirmed).toEqual([]);
    inbox.commitAll();
    await time.advance(10_000);
    expect(confirmed).toEqual([one.id]);
  });

  test("with too much unconfirmed, finished waits: memory is bounded", async () => {
    const reporter = aReporter({ unconfirmedMax: 3 });
    let done = 0;
    const tasks = Array.from({ length: 6 }, task);
    for (const one of tasks) void reporter.finished(one, finished(one)).then(() => (done += 1));
    await time.advance(100);
    expect(inbox.said.length).toBe(6);
    expect(done).toBe(0);
    inbox.commitAll();
    await time.advance(10_000);
    expect({ done, confirmed: confirmed.length }).toEqual({ done: 6, confirmed: 6 });
  });

  test("batches keep their limit", async () => {
    const sizes: number[] = [];
    const append = inbox.append.bind(inbox);
    inbox.append = (shard, events) => {
      sizes.push(events.length);
      return append(shard, events);
    };
    const reporter = aReporter({ batchMax: 10 });
    for (const one of Array.from({ length: 25 }, task)) void reporter.finished(one, finished(one));
    await time.advance(100);
    expect({ most: Math.max(...sizes), all: sizes.reduce((sum, size) => sum + size, 0) }).toEqual({
      most: 10,
      all: 25,
    });
  });

  test("closing sends what is left, or gives up after its grace", async () => {
    const one = task();
    const reporter = aReporter();
    reporter.note(one, started(one));
    const closed = reporter.close(1_000);
    await time.advance(2_000);
    await closed;
    expect(inbox.said).toEqual([`task-started ${one.nodeId}`]);
    inbox.failures = Number.POSITIVE_INFINITY;
    const second = aReporter();
    const waiting = expect(second.finished(one, finished(one))).rejects.toThrow("closed");
    const gaveUp = second.close(1_000);
    await time.advance(5_000);
    await Promise.all([gaveUp, waiting]);
  });
});
