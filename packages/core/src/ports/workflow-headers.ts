import type { WorkflowHeader } from "../status.ts";

/** Reads what a workflow is without its nodes: cheap however many it has. */
export interface WorkflowHeaders {
  /** Undefined when the workflow was never committed, or was deleted. */
  read(shard: number, uid: string): Promise<HeaderReading | undefined>;
}

export interface HeaderReading {
  readonly header: WorkflowHeader;
  readonly nodeCount: number;
  /** The newest change that the header surely holds; every commit that changes the workflow, or a node of it, gives another. */
  readonly version: string;
}
