import { type Bid, queuePriority as priorityOfKey } from "@capstan/core";

/** Seconds of the window that lie before the first task's key, for tasks that are more urgent than it. */
export const windowHeadSeconds = 2 ** 19;
/** From here on the window is moved up as soon as the queue is empty. */
export const windowRenewSeconds = 2 ** 20;

/**
 * A bid as BullMQ's priority: seconds since the start of the pool's window, one level a second, smaller runs first. The order
 * of keys never changes with time, so nothing that waits is ever scored again; beyond the window's ends tasks run in turn.
 */
export function queuePriority(bid: Bid, windowStartSeconds: number): number {
  return priorityOfKey(bid.keySeconds, windowStartSeconds);
}
