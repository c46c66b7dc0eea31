/** BullMQ's lowest priority. Its highest, 0, runs before everything and is never used. */
export const queuePriorityMax = 2 ** 21 - 1;

/**
 * A bid's key as BullMQ's priority, 1 (first) to 2²¹−1: one level a second on a window of 24 days. Order is kept among keys
 * of one window; keys before it or behind it run in turn with the window's ends. The start of the window must stay the
 * same while anything waits that was placed by it.
 */
export function queuePriority(keySeconds: number, windowStartSeconds: number): number {
  const level = Math.floor(keySeconds - windowStartSeconds) + 1;
  return Math.min(queuePriorityMax, Math.max(1, level));
}
