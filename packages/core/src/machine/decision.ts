import type { NodeStatus, WorkflowHeader } from "../status.ts";
import type { TimerChange, WorkflowCommand } from "./command.ts";

/** What one event changed: exactly what a commit writes. */
export interface Decision {
  /** Why nothing happened, where nothing did ("node already finished"); for logs and tests. */
  readonly ignored?: string;
  /** The header, when it changed. */
  readonly header?: WorkflowHeader;
  /** Nodes created or changed, each once, in order of creation. */
  readonly nodes: readonly NodeStatus[];
  /** The node whose task is heard to have begun, the first time that it is. */
  readonly begun?: NodeStatus;
  /** Nodes that no longer exist (manual retry). */
  readonly removedNodeIds: readonly string[];
  readonly timers: readonly TimerChange[];
  readonly commands: readonly WorkflowCommand[];
  /** The workflow is gone: the shell removes all its keys in the same commit. */
  readonly deleted: boolean;
}
