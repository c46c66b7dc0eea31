import type { Task } from "../task.ts";

/** The coordinator's side of the pools' queues. Everything may be repeated: adding an id that is there, cancelling what is gone. */
export interface TaskQueue {
  add(tasks: readonly Task[]): Promise<void>;
  /** Takes waiting tasks out of the queue and tells agents to end running ones; an agent that comes later still hears of it. */
  cancel(
    cancellations: readonly { readonly taskId: string; readonly pool: string; readonly reason: string }[],
  ): Promise<void>;
}

/** A delivery that took longer (its agent slept) may have been given to another agent, which has finished the task since. */
export const deliveryFreshMs = 1_000;

export interface PulledTask {
  readonly task: Task;
  /** Aborts when the task is cancelled (reason: the cancellation's text) or when the lease on it was lost (reason: "lease lost"). */
  readonly signal: AbortSignal;
  /** Something may be running already, or be over: the task was delivered before (stalled), or was on its way here for longer than deliveryFreshMs. */
  readonly redelivered: boolean;
}

/** The agent's side of one pool: pulls tasks of highest bid while there is room. */
export interface TaskWorker {
  /**
   * The task counts as done when the handler resolves, whatever the outcome; it is delivered again when the handler rejects (with TaskRefused: later
   * and later) or the process dies.
   */
  run(handler: (pulled: PulledTask) => Promise<void>): void;
  /** How many tasks it may hold at once. */
  setConcurrency(concurrency: number): void;
  /** Stops pulling and resolves when the running handlers have ended. */
  close(): Promise<void>;
}
