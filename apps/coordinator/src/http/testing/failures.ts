import type { FailureGroup, TaskFacts } from "@capstan/core";

/** A run of a task, for tests. */
export function aRun(changes: Partial<TaskFacts> = {}): TaskFacts {
  return {
    ...{ taskId: "u.n.1", workflowUid: "u", namespace: "default", workflowName: "w", nodeId: "n", nodeName: "w.n" },
    ...{ template: "local/w/n", image: "busybox:1", hostNodeName: "h1", parameters: { day: "1" } },
    ...{ startedAtMs: 1_000, finishedAtMs: 2_000 },
    ...changes,
  };
}

/** Failures of one cause, for tests. */
export function aFailureGroup(fingerprint: string, namespace = "default"): FailureGroup {
  const example = {
    ...aRun({ namespace }),
    phase: "Failed",
    fingerprint,
    title: "Error: <n>",
    logTail: "Error: 7",
  } as const;
  return {
    ...{ namespace, fingerprint, title: "Error: <n>", count: 3, workflowCount: 2, firstAtMs: 1, lastAtMs: 2 },
    ...{ hosts: { h1: 3 }, templates: { "local/w/n": 3 }, example },
  };
}
