import { assert, type Clock, deliveryFreshMs, type PulledTask, TaskRefused, type TaskWorker } from "@capstan/core";
import type { MemoryTaskQueue, TaskHolding } from "./memory-task-queue.ts";

/** The queue as a worker's process reaches it. */
export type TaskBoard = Pick<MemoryTaskQueue, "pull" | "renew" | "finish" | "cancellationOf">;

export interface MemoryTaskWorkerOptions {
  readonly board: TaskBoard;
  readonly clock: Clock;
  readonly pool: string;
  /** Unlike that of any other worker that ever was. */
  readonly name: string;
  readonly concurrency: number;
  readonly leaseMs: number;
  /** A safety net for lost notices. */
  readonly lookIntervalMs: number;
}

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** A TaskWorker over the fake queue: pulls while there is room, renews what it holds. */
export class MemoryTaskWorker implements TaskWorker {
  readonly #options: MemoryTaskWorkerOptions;
  readonly #running = new Map<string, Running>();
  readonly #stop = new AbortController();
  #concurrency: number;
  #pulls = 0;
  #handler: ((pulled: PulledTask) => Promise<void>) | undefined;
  #alarm = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: MemoryTaskWorkerOptions) {
    this.#options = options;
    this.#concurrency = options.concurrency;
  }

  run(handler: (pulled: PulledTask) => Promise<void>): void {
    assert(this.#handler === undefined, "a worker runs once");
    this.#handler = handler;
    this.#loop = this.#pullWhileOpen();
  }

  setConcurrency(concurrency: number): void {
    this.#concurrency = concurrency;
    this.look();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Ends without a word, as a process that dies. */
  abandon(): void {
    this.#stop.abort();
    this.#running.clear();
  }

  /** There may be something to pull. */
  look(): void {
    this.#alarm.abort();
  }

  /** A task was cancelled; not necessarily one of these. */
  async lookForCancellation(taskId: string): Promise<void> {
    if (!this.#running.has(taskId)) return;
    try {
      const reason = await this.#options.board.cancellationOf(taskId);
      if (reason !== undefined) this.#running.get(taskId)?.abort.abort(reason);
    } catch {
      // The next renewal looks again.
    }
  }

  async #pullWhileOpen(): Promise<void> {
    const { board, clock, pool, name, leaseMs, lookIntervalMs } = this.#options;
    while (!this.#stop.signal.aborted) {
      this.#alarm = new AbortController();
      const hasRoom = this.#running.size < this.#concurrency;
      const askedAtMs = clock.nowMs();
      const held = hasRoom
        ? await this.#tryPull(() => board.pull(pool, `${name}.${this.#pulls++}`, leaseMs))
        : undefined;
      if (held !== undefined) {
        const wasSlow = clock.nowMs() - askedAtMs > deliveryFreshMs;
        const redelivered = held.redelivered || wasSlow;
        if (!this.#stop.signal.aborted) this.#carry({ ...held, redelivered }, `${name}.${this.#pulls - 1}`);
      } else await clock.sleep(lookIntervalMs, AbortSignal.any([this.#alarm.signal, this.#stop.signal]));
    }
  }

  async #tryPull(pull: () => Promise<TaskHolding | undefined>): Promise<TaskHolding | undefined> {
    try {
      return await pull();
    } catch {
      // The store does not answer: the safety net looks again.
      return undefined;
    }
  }

  #carry(held: TaskHolding, holder: string): void {
    const earlier = this.#running.get(held.task.id);
    const abort = new AbortController();
    if (held.cancelledFor !== undefined) abort.abort(held.cancelledFor);
    const ended = (earlier?.ended ?? Promise.resolve()).then(() => this.#handle(held, holder, abort));
    const running = { abort, ended };
    this.#running.set(held.task.id, running);
    void ended.then(() => {
      if (this.#running.get(held.task.id) === running) this.#running.delete(held.task.id);
      this.look();
    });
    void this.#keep(held.task.id, holder, running);
  }

  async #handle({ task, redelivered }: TaskHolding, holder: string, abort: AbortController): Promise<void> {
    let result: "done" | "again" | "refused" = "done";
    try {
      await this.#handler?.({ task, signal: abort.signal, redelivered });
    } catch (error) {
      result = error instanceof TaskRefused ? "refused" : "again";
    }
    try {
      await this.#options.board.finish(task.id, holder, result);
    } catch {
      // It is delivered again when the lease ends.
    }
  }

  /** Renews the lease for as long as the handler runs, and looks for a cancellation whose notice was lost. */
  async #keep(taskId: string, holder: string, running: Running): Promise<void> {
    const { board, clock, leaseMs } = this.#options;
    const isRunning = (): boolean => this.#running.get(taskId) === running;
    while (isRunning()) {
      await clock.sleep(leaseMs / 3);
      if (!isRunning()) return;
      try {
        if (!(await board.renew(taskId, holder, leaseMs))) {
          if (isRunning()) running.abort.abort("lease lost");
          return;
        }
        await this.lookForCancellation(taskId);
      } catch {
        // Tried again next time; a lease that could not be renewed in time is another's, which the next renewal says.
      }
    }
  }
}
