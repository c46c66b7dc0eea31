import {
  assert,
  deliveryFreshMs,
  type PulledTask,
  refusalDelayMs,
  type Task,
  TaskRefused,
  type TaskWorker,
} from "@capstan/core";
import { decodeTask } from "@capstan/protocol";
import { DelayedError, type Job, type Queue, Worker } from "bullmq";
import { CancelWatch } from "./cancel-watch.ts";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import type { BacklogLimits } from "./pool-admission.ts";
import { jobNames, PoolBacklog } from "./pool-backlog.ts";
import { openPoolQueue, poolQueueName } from "./pool-queue.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { WedgeDetector } from "./wedge-detector.ts";

export interface TaskWorkerOptions {
  /** Stays the caller's; it must have no limit of retries (the role worker). */
  readonly redis: RedisClient;
  readonly subscriptions: Subscriptions;
  readonly pool: string;
  readonly concurrency: number;
  /**
   * A task of an agent that died is delivered again within `lockDurationMs + stalledIntervalMs`. Short is quick; too short and
   * an agent whose event loop is busy for that long loses its tasks to another.
   */
  readonly lockDurationMs?: number;
  readonly stalledIntervalMs?: number;
  /** How often it looks for lost cancellations and for a worker that has gone to sleep over a full queue. */
  readonly checkIntervalMs?: number;
  /** The same for all who serve the pool. */
  readonly backlogLimits?: BacklogLimits;
  /** Told of what the worker survives: lost connections, lost leases, unreadable jobs. */
  readonly onProblem?: (message: string) => void;
}

type Handler = (pulled: PulledTask) => Promise<void>;

/** After a task has left BullMQ the backlog is looked at within this; sooner while something is known to wait there. */
const releaseDelayMs = { idle: 500, busy: 100 } as const;

/** BullMQ counts what ends by the minute. */
const minutesCounted = 60;

// A stalled task is not a failed one: its agent died, and only the engine's retry policy may give up.
const stalledCountMax = 1_000_000_000;

/** Pulls a pool's tasks from BullMQ. BullMQ's lock is the task's lease; it is renewed while the handler runs. */
export class BullTaskWorker implements TaskWorker {
  readonly #options: TaskWorkerOptions;
  readonly #queue: Queue;
  readonly #cancels: CancelWatch;
  readonly #running = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>();
  readonly #wedge = new WedgeDetector();
  readonly #backlog: PoolBacklog;
  #backlogSize = 0;
  #releaseTimer: NodeJS.Timeout | undefined;
  #releasing: Promise<void> = Promise.resolve();
  #concurrency: number;
  #pulledCount = 0;
  #handler: Handler | undefined;
  #worker: Worker | undefined;
  /** Workers that were replaced and whose last handlers still run. */
  readonly #retired = new Set<Worker>();
  #changing: Promise<void> = Promise.resolve();
  #checkTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: TaskWorkerOptions) {
    this.#options = options;
    this.#concurrency = options.concurrency;
    this.#queue = openPoolQueue(options.redis, options.pool, (error) => this.#problem(error.message));
    this.#backlog = new PoolBacklog({
      ...{ redis: options.redis, queue: this.#queue, pool: options.pool, limits: options.backlogLimits },
    });
    this.#cancels = new CancelWatch({
      ...{ redis: options.redis, subscriptions: options.subscriptions, pool: options.pool },
      runningIds: () => [...this.#running.keys()],
      onCancel: (taskId, reason) => this.#running.get(taskId)?.abort.abort(reason),
    });
  }

  run(handler: Handler): void {
    assert(this.#handler === undefined, "a worker runs once");
    this.#handler = handler;
    this.#worker = this.#startWorker();
    this.#checkTimer = setInterval(() => void this.#check(), this.#options.checkIntervalMs ?? 3_000);
    this.#change(() => this.#cancels.start());
  }

  setConcurrency(concurrency: number): void {
    const grown = concurrency > this.#concurrency;
    this.#concurrency = concurrency;
    this.#change(async () => {
      const worker = this.#worker;
      if (worker === undefined || this.#closed) return;
      if (concurrency < 1) return worker.pause(true);
      worker.concurrency = concurrency;
      // A full BullMQ worker sleeps until one of its jobs ends; a pause and a resume make it look at its room again.
      if (grown && !worker.isPaused()) await worker.pause(true);
      if (worker.isPaused() || !worker.isRunning()) await worker.resume();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#releaseTimer);
    // At once, whatever change is under way: a handler that ends now must not pull the next task.
    const closing = [this.#worker, ...this.#retired].map((worker) => worker?.close());
    // What it has taken from the backlog it brings: others would wait before they do.
    await Promise.all([this.#changing, this.#releasing]);
    await Promise.all(closing);
    // Not before: the last handlers hear of cancellations until they end.
    clearInterval(this.#checkTimer);
    await this.#cancels.stop();
    await this.#queue.close();
  }

  /** Lets everything go at once, as if the process had died: running tasks are delivered again when their leases end. */
  async abandon(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#releaseTimer);
    clearInterval(this.#checkTimer);
    await Promise.all([this.#worker, ...this.#retired].map((worker) => worker?.close(true)));
    await this.#cancels.stop();
    await this.#queue.close();
  }

  #startWorker(): Worker {
    const { redis, pool, lockDurationMs, stalledIntervalMs } = this.#options;
    const worker = new Worker(poolQueueName, (job: Job, token?: string) => this.#process(job, token), {
      connection: redis,
      prefix: keys.poolPrefix(pool),
      concurrency: Math.max(1, this.#concurrency),
      // Without room it is started by the first change of its concurrency.
      autorun: this.#concurrency >= 1,
      lockDuration: lockDurationMs ?? 30_000,
      stalledInterval: stalledIntervalMs ?? 15_000,
      maxStalledCount: stalledCountMax,
      metrics: { maxDataPoints: minutesCounted },
      // BullMQ's own 15 s would leave a worker idle for that long after every restart of Redis.
      runRetryDelay: 500,
    });
    worker.on("error", (error) => this.#problem(error.message));
    worker.on("lockRenewalFailed", (taskIds) => {
      for (const taskId of taskIds) this.#running.get(taskId)?.abort.abort("lease lost");
    });
    return worker;
  }

  async #process(job: Job, token: string | undefined): Promise<void> {
    this.#pulledCount++;
    this.#releaseSoon();
    const decoded = decodeTask(job.data);
    // Rejecting leaves the job in the queue, for an agent that understands it.
    if (!decoded.ok) {
      this.#problem(`job ${job.id}: ${decoded.error.message}`);
      throw new Error(decoded.error.message);
    }
    const wasDelivered = job.stalledCounter > 0 || job.attemptsStarted > 1 || job.name === jobNames.again;
    // BullMQ's paused worker still takes the job that it was waiting for. One that was delivered before may run here: it is not refused.
    if (this.#concurrency < 1 && !wasDelivered) throw new Error("handed back: there is no room");
    const wasSlow = Date.now() - (job.processedOn ?? 0) > deliveryFreshMs;
    try {
      await this.#handle(decoded.value, wasDelivered || wasSlow);
    } catch (error) {
      if (!(error instanceof TaskRefused)) throw error;
      // For people who ask why it still waits.
      await job.updateProgress({ refused: error.reason });
      // Its priority stays, and with it its place among those that wait then.
      await job.moveToDelayed(Date.now() + refusalDelayMs(job.attemptsStarted), token);
      throw new DelayedError();
    }
  }

  async #handle(task: Task, redelivered: boolean): Promise<void> {
    // After a lost lease the task can come back to this very worker while the first handler is still ending.
    for (let earlier = this.#running.get(task.id); earlier; earlier = this.#running.get(task.id)) await earlier.ended;
    const abort = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#running.set(task.id, { abort, ended });
    try {
      // Asked after the task is among the running ones: a cancellation that comes now finds it by notice.
      const reason = await this.#cancels.reasonOf(task.id);
      if (reason !== undefined) abort.abort(reason);
      await this.#handler?.({ task, signal: abort.signal, redelivered });
    } finally {
      this.#running.delete(task.id);
      resolve();
    }
  }

  async #check(): Promise<void> {
    try {
      await this.#cancels.readAgain();
      if (!this.#closed) this.#backlogSize = await this.#backlog.release();
      const hasRoom = !this.#closed && this.#concurrency >= 1 && this.#running.size < this.#concurrency;
      const waiting = hasRoom ? await this.#queue.getJobCountByTypes("wait", "prioritized") : 0;
      const step = this.#wedge.observe({ hasRoom, waiting, pulledCount: this.#pulledCount });
      if (step === "nudge") await this.#nudge();
      if (step === "replace") this.#replaceWorker();
    } catch (error) {
      this.#problem(`the worker's check failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** A task has left BullMQ: one of the backlog may take its place. */
  #releaseSoon(): void {
    if (this.#closed) return;
    const delayMs = this.#backlogSize > 0 ? releaseDelayMs.busy : releaseDelayMs.idle;
    this.#releaseTimer ??= setTimeout(() => {
      this.#releasing = this.#release();
    }, delayMs);
  }

  async #release(): Promise<void> {
    try {
      this.#backlogSize = await this.#backlog.release();
    } catch (error) {
      if (!this.#closed) this.#problem(`the pool's backlog was not released: ${String(error)}`);
    } finally {
      this.#releaseTimer = undefined;
    }
  }

  // BullMQ's workers sleep on this key; a lost marker is the usual reason why one does not wake.
  async #nudge(): Promise<void> {
    await this.#options.redis.zadd(this.#queue.toKey("marker"), 0, "0");
  }

  #replaceWorker(): void {
    const wedged = this.#worker;
    if (wedged === undefined || this.#closed) return;
    this.#problem("the worker did not pull although tasks wait: replaced");
    this.#worker = this.#startWorker();
    // Its running handlers go on and complete through it; only its pulling ends.
    this.#retired.add(wedged);
    wedged
      .close()
      .catch((error: unknown) => this.#problem(`closing the replaced worker failed: ${String(error)}`))
      .finally(() => this.#retired.delete(wedged));
  }

  // One change of the worker at a time, in the order they were asked for.
  #change(change: () => Promise<void>): void {
    this.#changing = this.#changing.then(change).catch((error: unknown) => this.#problem(String(error)));
  }

  #problem(message: string): void {
    this.#options.onProblem?.(message);
  }
}
