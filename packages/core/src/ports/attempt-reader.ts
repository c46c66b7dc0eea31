import { isTerminal } from "../graph/phases.ts";
import type { NodeStatus } from "../status.ts";
import type { Task } from "../task.ts";

/**
 * Asks the committed state whether an attempt is still waited for. A queue may deliver a task again after it has ended and its
 * remains are gone; an agent that finds nothing to adopt asks here before it starts it a second time.
 */
export interface AttemptReader {
  isWanted(task: Task): Promise<boolean>;
  /** Has an agent reported that it began, and none that it ended? */
  hasStarted(task: Task): Promise<boolean>;
}

/** Does a node, as it is stored, wait for this attempt of it? */
export function awaitsAttempt(node: NodeStatus | undefined, attempt: number): boolean {
  return node !== undefined && !isTerminal(node.phase) && node.attempt === attempt;
}

/** Has this attempt of a node, as it is stored, begun? */
export function hasAttemptStarted(node: NodeStatus | undefined, attempt: number): boolean {
  return awaitsAttempt(node, attempt) && node?.phase === "Running";
}
