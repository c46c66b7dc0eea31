import type { Task, Template } from "@capstan/core";

/** A task around a template, as the coordinator sends it. */
export function aTask(template: Template, changes: Partial<Task> = {}): Task {
  return {
    id: "uid-1.wf-1.0",
    workflowUid: "uid-1",
    workflowName: "wf",
    namespace: "argo",
    nodeId: "wf-1",
    nodeName: "wf.step",
    attempt: 0,
    podName: "wf-main-1",
    pool: "default",
    template,
    podDefaults: {},
    captureResult: false,
    labels: {},
    annotations: {},
    bid: {
      keySeconds: 0,
      submittedAtSeconds: 0,
      thetaSeconds: 0,
      k: 1,
      criticalPathSeconds: 0,
      remainingWorkTermSeconds: 0,
      userPrioritySeconds: 0,
    },
    ...changes,
  };
}

/** A template that runs a line of shell. */
export function aShell(line: string, more: Partial<Template> = {}): Template {
  return { container: { image: "busybox", command: ["sh", "-c"], args: [line] }, ...more };
}
