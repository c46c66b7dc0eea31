/** Seconds of a pool's priority window that lie before the first task's key, for tasks that are more urgent than it. */
export const windowHeadSeconds = 2 ** 19;
/** From here on the window is moved up as soon as the queue is empty: priorities of two windows do not compare. */
export const windowRenewSeconds = 2 ** 20;
