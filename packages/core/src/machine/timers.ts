/** Timer ids: what is due, and of which node. A node's id holds no colon. */

export const workflowDeadlineTimer = "workflow-deadline";
export const retentionTimer = "workflow-retention";

export function suspendTimer(nodeId: string): string {
  return `suspend:${nodeId}`;
}

export function timeoutTimer(nodeId: string, isPending = false): string {
  return `${isPending ? "pending-timeout" : "timeout"}:${nodeId}`;
}

export function backoffTimer(nodeId: string): string {
  return `backoff:${nodeId}`;
}

/** The parts of a node's timer id; undefined for the workflow's own timers. */
export function parseNodeTimer(timerId: string): { readonly kind: string; readonly nodeId: string } | undefined {
  const colon = timerId.indexOf(":");
  return colon < 0 ? undefined : { kind: timerId.slice(0, colon), nodeId: timerId.slice(colon + 1) };
}

/** Argo's message for a node that waited longer for its start than it may. */
export const timeoutMessage = "timeout";
