import type { Task, Template } from "@capstan/core";

let taken = 0;

/** A task around a template, with an id of its own. */
export function aTask(template: Template, changes: Partial<Task> = {}): Task {
  taken += 1;
  return {
    id: `uid-${process.pid}.node-${taken}.0`,
    workflowUid: `uid-${process.pid}`,
    workflowName: "wf",
    namespace: "argo",
    nodeId: `node-${taken}`,
    nodeName: "wf",
    attempt: 0,
    podName: `wf-main-${taken}`,
    pool: "default",
    template,
    podDefaults: {},
    captureResult: true,
    labels: { app: "demo" },
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
