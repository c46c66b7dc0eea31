import type { WorkflowPhase } from "@capstan/core";
import { describe, expect, test } from "vitest";
import { aTask } from "../../testing/a-task.ts";
import { mayGo } from "./pod-janitor.ts";
import { mayRelease } from "./workflow-claims.ts";

type Phase = WorkflowPhase | "absent";

function kept(podGC: object | undefined, succeeded = true, labels: Record<string, string> = {}) {
  const podDefaults = podGC === undefined ? {} : { podGC: podGC as never };
  return { task: aTask({ container: { image: "i" } }, { podDefaults }), succeeded, labels };
}

describe("an ended Pod goes", () => {
  test.each<{ strategy?: string; succeeded?: boolean; phase: Phase; goes: boolean }>([
    { phase: "Succeeded", goes: false },
    { phase: "absent", goes: true },
    { strategy: "OnPodCompletion", phase: "Running", succeeded: false, goes: true },
    { strategy: "OnPodSuccess", phase: "Running", goes: true },
    { strategy: "OnPodSuccess", phase: "Running", succeeded: false, goes: false },
    { strategy: "OnWorkflowCompletion", phase: "Running", goes: false },
    { strategy: "OnWorkflowCompletion", phase: "Error", goes: true },
    { strategy: "OnWorkflowSuccess", phase: "Failed", goes: false },
    { strategy: "OnWorkflowSuccess", phase: "Succeeded", succeeded: false, goes: true },
    { strategy: "Nonsense", phase: "Succeeded", goes: false },
  ])("$strategy, workflow $phase, succeeded $succeeded: $goes", ({ strategy, succeeded, phase, goes }) => {
    expect(mayGo(kept(strategy === undefined ? undefined : { strategy }, succeeded), phase)).toBe(goes);
  });

  test("only where the policy's selector means it, unless its workflow is gone", () => {
    const podGC = { strategy: "OnPodCompletion", labelSelector: { matchLabels: { keep: "no" } } };
    expect(mayGo(kept(podGC, true, { keep: "no" }), "Running")).toBe(true);
    expect(mayGo(kept(podGC, true, { keep: "yes" }), "Running")).toBe(false);
    expect(mayGo(kept(podGC, true, { keep: "yes" }), "absent")).toBe(true);
  });
});

test.each<{ strategy: string; phase: Phase; goes: boolean }>([
  { strategy: "OnWorkflowSuccess", phase: "Succeeded", goes: true },
  { strategy: "OnWorkflowSuccess", phase: "Failed", goes: false },
  { strategy: "OnWorkflowCompletion", phase: "Failed", goes: true },
  { strategy: "OnWorkflowCompletion", phase: "Running", goes: false },
  { strategy: "", phase: "absent", goes: true },
])("claims under $strategy of a workflow that is $phase go: $goes", ({ strategy, phase, goes }) => {
  expect(mayRelease(strategy, phase)).toBe(goes);
});
