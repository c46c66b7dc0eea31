import type { NodePhase, NodeStatus, NodeType } from "../status.ts";

/** The phase is a result: Succeeded, Failed or Error. */
export function isCompleted(phase: NodePhase): boolean {
  return phase === "Succeeded" || phase === "Failed" || phase === "Error";
}

export function isFailedOrError(phase: NodePhase): boolean {
  return phase === "Failed" || phase === "Error";
}

export function isTerminal(phase: NodePhase): boolean {
  return phase !== "Pending" && phase !== "Running";
}

/** Nothing waits for the node any more: it ended, or it is a daemon that is ready. */
export function isFulfilled(node: NodeStatus): boolean {
  return isTerminal(node.phase) || (node.daemoned === true && node.phase !== "Pending");
}

/** An agent runs the node. */
export function isDispatched(type: NodeType): boolean {
  return type === "Pod" || type === "HTTP" || type === "Plugin";
}

export function isLeaf(type: NodeType): boolean {
  return isDispatched(type) || type === "Suspend";
}
