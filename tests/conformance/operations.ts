/** What a user does while a manifest runs, where its expected phase says that somebody did something. */
export type Operation = "stop-when-running" | "terminate-when-exit-handler-runs" | "resume-then-stop";

const operations: Readonly<Record<string, Operation>> = {
  "test/e2e/functional/stop-terminate-2.yaml": "stop-when-running",
  "test/e2e/functional/workflow-exit-handler-sleep.yaml": "terminate-when-exit-handler-runs",
  "test/e2e/testdata/node-suspend.yaml": "resume-then-stop",
};

export function operationOf(path: string): Operation | undefined {
  return operations[path];
}
