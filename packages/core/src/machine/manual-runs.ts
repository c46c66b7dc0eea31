import type { WorkflowHeader } from "../status.ts";

/** How often the workflow was retried by hand. */
export function runsOf(header: WorkflowHeader): number {
  const runs = header.machine["runs"];
  return typeof runs === "number" ? runs : 0;
}
