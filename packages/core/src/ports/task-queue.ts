import type { Task } from "../task.ts";

/** The coordinator's side of the pools' queues. Everything may be repeated: adding an id that is there, cancelling what is gone. */
export interface TaskQueue {
  add(tasks: readonly Task[]): Promise<void>;
  /** Takes waiting tasks out of the queue and tells agents to end running ones; an agent that comes later still hears of it. */
  cancel(
    cancellations: readonly { readonly taskId: string; readonly pool: string; readonly reason: string }[],
  ): Promise<void>;
}

export interface PulledTask {
  readonly task: Task;
  /** Aborts when the task is cancelled (reason: the cancellation's text) or when the lease on it was lost (reason: "lease lost"). */
  readonly signal: AbortSignal;
  /** True when the task was delivered before (stalled): something may be running already. */
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
