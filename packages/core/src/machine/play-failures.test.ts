import { describe, expect, test } from "vitest";
import type { WorkflowSpec } from "../spec/workflow.ts";
import type { TaskOutcome } from "../task.ts";
import type { WorkflowCommand } from "./command.ts";
import type { WorkflowEvent } from "./event.ts";
import { DrivenWorkflow } from "./testing/driven-workflow.ts";
import { specOf } from "./testing/play.ts";
import { testPolicy } from "./testing/replay-status.ts";

const spec = specOf([
  {
    name: "load",
    inputs: { parameters: [{ name: "table" }] },
    container: { image: "loader:{{inputs.parameters.table}}" },
  },
  {
    name: "main",
    steps: [
      [
        {
          name: "l",
          template: "load",
          arguments: { parameters: [{ name: "table", value: "{{item}}" }] },
          withItems: ["a", "b"],
        },
      ],
    ],
  },
]);

/** A workflow whose two tasks wait. */
function submitted(given: WorkflowSpec = spec): DrivenWorkflow {
  const metadata = { name: "etl-x7k2p", generateName: "etl-", namespace: "data" };
  const driven = new DrivenWorkflow(
    {
      workflow: { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata, spec: given },
      ...{ workflowTemplates: {}, configMaps: {} },
    },
    testPolicy,
  );
  driven.submit();
  return driven;
}

/** What is to be written down when the task of an item ends so. */
function recorded(driven: DrivenWorkflow, item: number, outcome: Partial<TaskOutcome>): readonly WorkflowCommand[] {
  const task = [...driven.waiting.values()].find(({ nodeName }) => nodeName.includes(`(${item}:`));
  if (task === undefined) throw new Error("no such task");
  const { nodeId, attempt } = task;
  const times = { startedAtMs: driven.nowMs, finishedAtMs: driven.nowMs + 5 };
  const whole: TaskOutcome = { phase: "Failed", ...times, ...outcome };
  const { commands } = driven.decide({ type: "task-finished", nodeId, attempt, outcome: whole });
  return commands.filter(({ type }) => type === "record-failure" || type === "record-good-run");
}

const bad = { message: "main: Error (exit code 3)", outputs: { exitCode: "3" }, hostNodeName: "h1" } as const;

describe("a task that failed", () => {
  test("is written down with its facts, its template named after the manifest and not after the run", () => {
    const [command] = recorded(submitted(), 0, { ...bad, logTail: "boot\nError: no table a-77" });
    expect(command).toMatchObject({
      type: "record-failure",
      failure: {
        ...{ namespace: "data", workflowName: "etl-x7k2p", template: "local/etl/load", image: "loader:a" },
        ...{ parameters: { table: "a" }, hostNodeName: "h1", phase: "Failed", exitCode: "3" },
        ...{ title: "Error: no table a-<n>", fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
      },
    });
  });

  test("has the fingerprint of the same failure in another run", () => {
    const [one, two] = [submitted(), submitted()].map(
      (driven, index) => recorded(driven, 0, { ...bad, logTail: `Error: worker ${index} of etl-x7k2p died` })[0],
    );
    expect(one?.type === "record-failure" && one.failure.fingerprint).toBe(
      two?.type === "record-failure" && two.failure.fingerprint,
    );
  });

  test("is written down once, however often it is reported", () => {
    const driven = submitted();
    const task = [...driven.waiting.values()][0];
    if (task === undefined) throw new Error("no task");
    const outcome: TaskOutcome = { phase: "Error", startedAtMs: 1, finishedAtMs: 2 };
    const event = { type: "task-finished", nodeId: task.nodeId, attempt: task.attempt, outcome } as const;
    const records = () => driven.decide(event).commands.filter(({ type }) => type === "record-failure").length;
    expect([records(), records()]).toEqual([1, 0]);
  });

  test("that the end of its workflow has failed is not written down when its agent says so too", () => {
    const driven = submitted();
    driven.decide({ type: "terminate-requested" });
    const commands = [...driven.nodes.values()].flatMap(
      ({ id }) =>
        driven.decide({
          type: "task-finished",
          nodeId: id,
          attempt: 1,
          outcome: { phase: "Failed", startedAtMs: 1, finishedAtMs: 2 },
        }).commands,
    );
    expect(commands.filter(({ type }) => type === "record-failure")).toEqual([]);
  });

  test("because it ran for too long is written down with where it ran, its agent's late word is not", () => {
    const limited = specOf([{ name: "main", timeout: "10s", container: { image: "x" } }]);
    const driven = submitted(limited);
    const [task] = [...driven.waiting.values()];
    if (task === undefined) throw new Error("no task");
    driven.decide({ ...driven.startEvent(task), hostNodeName: "h1" } as WorkflowEvent);
    driven.nowMs += 10_000;
    const timed = driven.decide({ type: "timer-due", timerId: [...driven.timers.keys()][0] ?? "" });
    expect(timed.commands.filter(({ type }) => type === "record-failure")).toMatchObject([
      {
        failure: { hostNodeName: "h1", image: "x", title: expect.stringMatching(/longer than the specified deadline/) },
      },
    ]);
    const late = driven.decide(driven.finishEvent(task, "Failed"));
    expect(late.commands).toEqual([]);
  });

  test("is bounded in what is kept of it", () => {
    const [command] = recorded(submitted(), 1, { message: "x".repeat(99_999), logTail: "y".repeat(99_999) });
    expect(JSON.stringify(command).length).toBeLessThan(6_000);
  });
});

test("of each template the first good run is written down, to compare with", () => {
  const driven = submitted();
  expect(recorded(driven, 1, { phase: "Succeeded" })).toMatchObject([
    { type: "record-good-run", run: { template: "local/etl/load", image: "loader:b", parameters: { table: "b" } } },
  ]);
  expect(recorded(driven, 0, { phase: "Succeeded" })).toEqual([]);
});
