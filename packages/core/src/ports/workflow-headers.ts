import type { WorkflowHeader } from "../status.ts";

/** Reads what a workflow is without its nodes: cheap however many it has. */
export interface WorkflowHeaders {
  /** Undefined when the workflow was never committed, or was deleted. */
  read(
    shard: number,
    uid: string,
  ): Promise<{ readonly header: WorkflowHeader; readonly nodeCount: number } | undefined>;
}
