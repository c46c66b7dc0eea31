import { minutesOfRate } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { jobRetention, openPoolQueue } from "./pool-queue.ts";
import { Script } from "./script.ts";

const removeEmptyPool = new Script("remove-empty-pool");

const jobStates = ["wait", "paused", "active", "prioritized", "delayed", "waiting-children", "completed", "failed"];
const besideJobs = ["meta", "id", "pc", "events", "marker", "stalled", "stalled-check"];
const metrics = ["metrics:completed", "metrics:completed:data", "metrics:failed", "metrics:failed:data"];

/**
 * Removes what a pool's queue keeps of jobs that ended longer ago than the retention, and the whole queue where no other is left. False when
 * something is left, so that it must be done again. Whoever adds a task makes the queue anew.
 */
export async function tidyPool(redis: RedisClient, pool: string, onError: (error: Error) => void): Promise<boolean> {
  const queue = openPoolQueue(redis, pool, onError);
  try {
    for (const state of ["completed", "failed"] as const)
      await queue.clean(jobRetention.age * 1_000, jobRetention.count, state);
    const beside = [
      ...[keys.poolPriorityWindow(pool), keys.poolCancels(pool), keys.poolCancelExpiries(pool)],
      ...[keys.poolBacklogTasks(pool), keys.poolBacklogCount(pool)],
      ...minutesOfRate(Date.now()).map((minute) => keys.poolArrivals(pool, minute)),
    ];
    const tasks = [...jobStates.map((name) => queue.toKey(name)), keys.poolBacklog(pool), keys.poolBacklogTaken(pool)];
    const rest = [...[...besideJobs, ...metrics].map((name) => queue.toKey(name)), ...beside];
    return (await removeEmptyPool.run(redis, [...tasks, ...rest], [tasks.length])) === 1;
  } finally {
    await queue.close();
  }
}
