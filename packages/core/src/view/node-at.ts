import { isTerminal } from "../graph/phases.ts";
import type { WorkflowHeader, WorkflowPhase } from "../status.ts";
import type { ViewNode } from "./view-node.ts";

/** A node as it was at a moment, as far as its times tell; undefined before it existed. Times that lie ahead are left out. */
export function nodeAt(node: ViewNode, atMs: number): ViewNode | undefined {
  const { startedAtMs, runStartedAtMs, finishedAtMs } = node;
  if (startedAtMs === undefined || startedAtMs > atMs) return undefined;
  const hasEnded = isTerminal(node.phase) && (finishedAtMs ?? startedAtMs) <= atMs;
  if (hasEnded) return node;
  const isWaiting = node.type === "Pod" && (runStartedAtMs === undefined || runStartedAtMs > atMs);
  return {
    ...node,
    phase: isWaiting ? "Pending" : "Running",
    runStartedAtMs: isWaiting ? undefined : runStartedAtMs,
    ...{ finishedAtMs: undefined, message: undefined, progress: undefined },
  };
}

/** The workflow's phase at a moment. */
export function phaseAt(header: WorkflowHeader, atMs: number): WorkflowPhase {
  if (header.startedAtMs === undefined || header.startedAtMs > atMs) return "Pending";
  return header.finishedAtMs !== undefined && header.finishedAtMs <= atMs ? header.phase : "Running";
}
