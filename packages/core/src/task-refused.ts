const firstDelayMs = 500;
const delayMaxMs = 15_000;

/** A worker's handler rejects with it when the task could not be placed: nothing of it ran, and it goes back to the queue, for later and later. */
export class TaskRefused extends Error {
  readonly reason: string;

  constructor(taskId: string, reason: string) {
    super(`task ${taskId} refused: ${reason}`);
    this.reason = reason;
  }
}

/** How long a task that was refused stays away after so many deliveries: soon at first, as another agent may have room. */
export function refusalDelayMs(deliveries: number): number {
  return Math.min(delayMaxMs, firstDelayMs * 2 ** Math.min(deliveries - 1, 20));
}
