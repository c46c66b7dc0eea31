import { isDemandingPool, type Task, type TaskQueue } from "@capstan/core";
import { encodeCancellations } from "@capstan/protocol";
import type { Queue } from "bullmq";
import type { RedisClient } from "./connection.ts";
import { DemandingPools } from "./demanding-pools.ts";
import { channels, keys } from "./keys.ts";
import { KnownPools } from "./known-pools.ts";
import type { BacklogLimits } from "./pool-admission.ts";
import { backlogKeys, PoolBacklog } from "./pool-backlog.ts";
import { openPoolQueue } from "./pool-queue.ts";
import { Script } from "./script.ts";
import { tidyPool } from "./tidy-pool.ts";

const cancelTasks = new Script("cancel-tasks");

/** Cancellations of one round trip; more would hold up other commands. */
const cancellationsPerCallMax = 500;
/** How long a cancellation is remembered for agents that come later. */
const cancelRetentionMs = 24 * 3_600_000;
const queuesOpenMax = 256;

type Cancellation = Parameters<TaskQueue["cancel"]>[0][number];

export interface TaskQueueOptions {
  readonly onError?: (error: Error) => void;
  /** The same for all who serve the pools. */
  readonly backlogLimits?: BacklogLimits;
}

/** The pools' queues on BullMQ: a queue per pool, the task's id as the job's id, the bid as its priority; before each its backlog. */
export class BullTaskQueue implements TaskQueue {
  readonly #redis: RedisClient;
  readonly #options: TaskQueueOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #demandingPools: DemandingPools;
  readonly #knownPools: KnownPools;
  #tidying: Promise<void> = Promise.resolve();

  /** `redis` stays the caller's; it must have no limit of retries (the roles coordinator and worker). */
  constructor(redis: RedisClient, options: TaskQueueOptions = {}) {
    this.#redis = redis;
    this.#demandingPools = new DemandingPools(redis);
    this.#knownPools = new KnownPools(redis);
    this.#options = options;
  }

  async add(tasks: readonly Task[]): Promise<void> {
    const pools = Map.groupBy(tasks, (task) => task.pool);
    await Promise.all([...pools].map(([pool, tasksOfPool]) => this.#addToPool(pool, tasksOfPool)));
  }

  async cancel(cancellations: readonly Cancellation[]): Promise<void> {
    const pools = Map.groupBy(cancellations, (cancellation) => cancellation.pool);
    await Promise.all([...pools].map(([pool, ofPool]) => this.#cancelInPool(pool, ofPool)));
  }

  /** Tasks of a pool that wait for an agent. */
  async waitingCount(pool: string): Promise<number> {
    const counts = await Promise.all([
      this.#queue(pool).getJobCountByTypes("wait", "prioritized", "delayed"),
      this.#redis.zcard(keys.poolBacklog(pool)),
      this.#redis.zcard(keys.poolBacklogTaken(pool)),
    ]);
    return counts.reduce((sum, count) => sum + count);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    this.#queues.clear();
  }

  async #addToPool(pool: string, tasks: readonly Task[]): Promise<void> {
    // Before the tasks: one that is in a pool that no agent knows of would wait for the next look at the list.
    if (isDemandingPool(pool)) this.#tidyUp(await this.#demandingPools.announce(pool, Date.now()));
    await this.#knownPools.note(pool, Date.now());
    const limits = this.#options.backlogLimits;
    await new PoolBacklog({ redis: this.#redis, queue: this.#queue(pool), pool, limits }).add(tasks);
  }

  async #cancelInPool(pool: string, cancellations: readonly Cancellation[]): Promise<void> {
    const queue = this.#queue(pool);
    for (let from = 0; from < cancellations.length; from += cancellationsPerCallMax) {
      const slice = cancellations.slice(from, from + cancellationsPerCallMax);
      const notice = encodeCancellations(slice.map(({ taskId, reason }) => ({ taskId, reason })));
      // Written down first: an agent that pulls a task before it is removed below finds the cancellation there.
      await cancelTasks.run(
        this.#redis,
        [keys.poolCancels(pool), keys.poolCancelExpiries(pool), ...backlogKeys(pool)],
        [
          ...[cancelRetentionMs, channels.tasksCancelled(pool), notice],
          ...slice.flatMap(({ taskId, reason }) => [taskId, reason]),
        ],
      );
      // A job that an agent holds is locked and stays: its agent was told.
      await Promise.all(slice.map(({ taskId }) => queue.remove(taskId)));
    }
  }

  /** BullMQ removes ended jobs when others end; in a pool that was demanded once they would stay for good. */
  #tidyUp(idlePools: readonly string[]): void {
    for (const pool of idlePools)
      this.#tidying = this.#tidying
        .then(() => this.#tidyPool(pool))
        .catch((error: unknown) => this.#onError(error instanceof Error ? error : new Error(String(error))));
  }

  async #tidyPool(pool: string): Promise<void> {
    if (await this.#demandingPools.isUntidy(pool)) return;
    if (!(await tidyPool(this.#redis, pool, (error) => this.#onError(error))))
      await this.#demandingPools.markUntidy(pool, Date.now());
  }

  /** The queue, from now the one used last; of many pools only those in use are held open. */
  #queue(pool: string): Queue {
    const queue = this.#queues.get(pool) ?? openPoolQueue(this.#redis, pool, (error) => this.#onError(error));
    this.#queues.delete(pool);
    this.#queues.set(pool, queue);
    for (const [oldPool, old] of this.#queues) {
      if (this.#queues.size <= queuesOpenMax) break;
      this.#queues.delete(oldPool);
      old.close().catch((error: Error) => this.#onError(error));
    }
    return queue;
  }

  #onError(error: Error): void {
    this.#options.onError?.(error);
  }
}
