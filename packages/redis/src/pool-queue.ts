import { Queue, QueueKeys } from "bullmq";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";

/** The name of the one queue that a pool has; the pool itself is in the prefix. */
export const poolQueueName = "tasks";

/** How long, and how many, ended jobs are kept: BullMQ knows a job id only while the job is. */
export const jobRetention = { age: 3_600, count: 10_000 };
const redeliveryDelayMs = 1_000;
// A handler that rejects means "deliver again", however often: what a task may cost is the engine's decision, not the queue's.
const deliveriesMax = 1_000_000_000;
const queueEventsMax = 1_000;

/** Makes the names of the keys that BullMQ keeps a pool's queue in, without opening it: by state or by a job's id. */
export function poolQueueKeys(pool: string): (key: string) => string {
  const names = new QueueKeys(keys.poolPrefix(pool));
  return (key) => names.toKey(poolQueueName, key);
}

/** The queue of a pool, for adding to it and looking into it. */
export function openPoolQueue(redis: RedisClient, pool: string, onError: (error: Error) => void): Queue {
  const queue = new Queue(poolQueueName, {
    connection: redis,
    prefix: keys.poolPrefix(pool),
    streams: { events: { maxLen: queueEventsMax } },
    defaultJobOptions: {
      attempts: deliveriesMax,
      backoff: { type: "fixed", delay: redeliveryDelayMs },
      // BullMQ knows a job id only while the job is kept: for that long a task that is added again is ignored.
      removeOnComplete: jobRetention,
      removeOnFail: jobRetention,
      stackTraceLimit: 1,
    },
  });
  queue.on("error", onError);
  return queue;
}
