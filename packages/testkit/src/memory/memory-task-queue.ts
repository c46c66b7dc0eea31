import { refusalDelayMs, type Task, type TaskQueue } from "@capstan/core";
import { type DatabaseContent, type Job, type MemoryDatabase, parseTask } from "./memory-database.ts";

const redeliveryDelayMs = 1_000;

export const tasksAdded = "tasks-added";
export const tasksCancelled = "tasks-cancelled";

/** What a worker holds of a task. */
export interface TaskHolding {
  readonly task: Task;
  readonly redelivered: boolean;
  readonly cancelledFor: string | undefined;
}

/** A TaskQueue in memory, with the operations that its workers use. */
export class MemoryTaskQueue implements TaskQueue {
  readonly #database: MemoryDatabase;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  async add(tasks: readonly Task[]): Promise<void> {
    const texts = tasks.map((task) => JSON.stringify(task));
    this.#database.change((content, nowMs) => {
      for (const [index, task] of tasks.entries()) {
        addJob(content, task, texts[index] ?? "");
        content.pools.set(task.pool, nowMs);
      }
    });
    for (const { pool } of tasks) this.#database.publish(tasksAdded, pool);
  }

  async cancel(cancellations: Parameters<TaskQueue["cancel"]>[0]): Promise<void> {
    this.#database.change(({ jobs, cancelled }) => {
      for (const { taskId, reason } of cancellations) {
        cancelled.set(taskId, reason);
        // As BullMQ: a job that is held is locked and stays, any other is removed.
        if (jobs.get(taskId)?.state !== "active") jobs.delete(taskId);
      }
    });
    for (const { taskId } of cancellations) this.#database.publish(tasksCancelled, taskId);
  }

  /** Hands out the waiting task of the highest bid. */
  async pull(pool: string, holder: string, leaseMs: number): Promise<TaskHolding | undefined> {
    return this.#database.change((content, nowMs) => {
      returnStalled(content, nowMs);
      let best: Job | undefined;
      for (const job of content.jobs.values()) {
        if (job.pool !== pool || job.state !== "waiting" || job.notBeforeMs > nowMs) continue;
        if (best === undefined || isBefore(job, best)) best = job;
      }
      if (best === undefined) return undefined;
      best.state = "active";
      best.holder = holder;
      best.untilMs = nowMs + leaseMs;
      best.deliveries += 1;
      const cancelledFor = content.cancelled.get(best.id);
      return { task: parseTask(best), redelivered: best.deliveries > 1, cancelledFor };
    });
  }

  /** False when the task is not the holder's any more. */
  async renew(taskId: string, holder: string, leaseMs: number): Promise<boolean> {
    return this.#database.change(({ jobs }, nowMs) => {
      const job = jobs.get(taskId);
      if (job?.state !== "active" || job.holder !== holder) return false;
      job.untilMs = nowMs + leaseMs;
      return true;
    });
  }

  async finish(taskId: string, holder: string, result: "done" | "again" | "refused"): Promise<void> {
    this.#database.change(({ jobs }, nowMs) => {
      const job = jobs.get(taskId);
      if (job?.state !== "active" || job.holder !== holder) return;
      job.state = result === "done" ? "done" : "waiting";
      const delayMs = result === "refused" ? refusalDelayMs(job.deliveries) : redeliveryDelayMs;
      job.notBeforeMs = result === "done" ? 0 : nowMs + delayMs;
    });
  }

  /** The pools into which tasks were put at that time or later. */
  async list(sinceMs: number): Promise<readonly { readonly pool: string; readonly saidAtMs: number }[]> {
    return this.#database.read(({ pools }) =>
      Array.from(pools, ([pool, saidAtMs]) => ({ pool, saidAtMs })).filter(({ saidAtMs }) => saidAtMs >= sinceMs),
    );
  }

  async countUnfinished(pool: string): Promise<number> {
    return this.#database.read(
      ({ jobs }) => [...jobs.values()].filter((job) => job.pool === pool && job.state !== "done").length,
    );
  }

  async cancellationOf(taskId: string): Promise<string | undefined> {
    return this.#database.read(({ cancelled }) => cancelled.get(taskId));
  }

  subscribeAdded(listener: (pool: string) => void): () => void {
    return this.#database.subscribe(tasksAdded, listener);
  }

  subscribeCancelled(listener: (taskId: string) => void): () => void {
    return this.#database.subscribe(tasksCancelled, listener);
  }
}

function addJob(content: DatabaseContent, task: Task, text: string): void {
  if (content.jobs.has(task.id)) return;
  content.jobOrder += 1;
  content.jobs.set(task.id, {
    ...{ task: text, id: task.id, pool: task.pool, key: task.bid.keySeconds, order: content.jobOrder },
    ...{ state: "waiting", holder: "", untilMs: 0, deliveries: 0, notBeforeMs: 0 },
  });
}

function returnStalled(content: DatabaseContent, nowMs: number): void {
  for (const job of content.jobs.values()) {
    if (job.state === "active" && job.untilMs <= nowMs) job.state = "waiting";
  }
}

function isBefore(left: Job, right: Job): boolean {
  return left.key === right.key ? left.order < right.order : left.key < right.key;
}
