import type { FailureCause, NodeStatus, StoredWorkflow } from "@capstan/core";
import { describe, expect, test } from "vitest";
import { causesOf, toEventObject, workflowEvents } from "./workflow-events.ts";

const cause: FailureCause = { id: "n", name: "w.a", type: "Pod", phase: "Failed", message: "exit code 3", path: [] };

describe("the events of a workflow", () => {
  test.each([
    { before: undefined, now: { phase: "Running" }, told: ["Normal WorkflowRunning Workflow Running"] },
    { before: "Pending", now: { phase: "Running" }, told: ["Normal WorkflowRunning Workflow Running"] },
    { before: "Running", now: { phase: "Succeeded" }, told: ["Normal WorkflowSucceeded Workflow completed"] },
    { before: "Running", now: { phase: "Failed", message: "no" }, told: ["Warning WorkflowFailed no"] },
    { before: "Running", now: { phase: "Error" }, told: ["Warning WorkflowFailed Error"] },
    // Tried again by hand.
    { before: "Failed", now: { phase: "Running" }, told: ["Normal WorkflowRunning Workflow Running"] },
    { before: "Running", now: { phase: "Running" }, told: [] },
    { before: undefined, now: { phase: "" }, told: [] },
    { before: undefined, now: { phase: "Pending" }, told: [] },
  ] as const)("from $before to $now.phase", ({ before, now, told }) => {
    expect(workflowEvents(before, now).map(({ type, reason, message }) => `${type} ${reason} ${message}`)).toEqual(
      told,
    );
  });

  test("name what failed before they tell that the workflow did", () => {
    const causes = [cause, { ...cause, id: "m", name: "w.b", phase: "Error", message: undefined }] as FailureCause[];
    const events = workflowEvents("Running", { phase: "Failed", message: "child failed" }, causes);
    expect(events.map(({ reason, message }) => [reason, message])).toEqual([
      ["WorkflowNodeFailed", "Failed node w.a: exit code 3"],
      ["WorkflowNodeError", "Error node w.b"],
      ["WorkflowFailed", "child failed"],
    ]);
    expect(events[0]?.annotations).toEqual({
      "workflows.argoproj.io/node-name": "w.a",
      "workflows.argoproj.io/node-type": "Pod",
    });
  });

  test("are short, as the API server wants them", () => {
    const [event] = workflowEvents("Running", { phase: "Failed", message: "x".repeat(5_000) });
    expect(event?.message.length).toBeLessThanOrEqual(1_024);
  });
});

describe("an Event's name", () => {
  const object = { metadata: { name: "w".repeat(253), namespace: "ns", uid: "u" } };
  const nameOf = (startedAtMs: number): string | undefined => {
    const [event] = workflowEvents(undefined, { phase: "Running", startedAtMs });
    if (event === undefined) throw new Error("nothing to tell");
    return (toEventObject(object, event, "2026-01-01T00:00:00Z") as typeof object).metadata.name;
  };

  test("is the same when it is told again, and another one's for another run", () => {
    expect(nameOf(1)).toBe(nameOf(1));
    expect(nameOf(1)).not.toBe(nameOf(2));
  });

  test("is short enough for the longest name of a workflow", () => {
    expect(nameOf(1)?.length).toBeLessThanOrEqual(253);
  });
});

test("what succeeded has no causes, although a node in it failed", () => {
  const nodes: readonly NodeStatus[] = [{ id: "n", name: "w", displayName: "w", type: "Pod", phase: "Failed" }];
  const stored = (phase: string) => ({ header: { phase }, nodes }) as StoredWorkflow;
  expect(causesOf(stored("Succeeded"))).toEqual([]);
  expect(causesOf(stored("Failed")).map(({ id }) => id)).toEqual(["n"]);
});
