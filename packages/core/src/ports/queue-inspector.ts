import type { Task } from "../task.ts";

/** What a pool's queue holds at a moment, counted and not looked at. */
export interface PoolReading {
  readonly pool: string;
  /** Tasks that an agent may take; those of the backlog among them. */
  readonly waiting: number;
  readonly inBacklog: number;
  /** Tasks that were refused and stay away for a moment. */
  readonly away: number;
  readonly running: number;
  /** Jobs that the queue gave up on: dead letters. */
  readonly dead: number;
  /** The longest wait among the tasks that come first and last; absent when none waits. */
  readonly oldestSinceMs?: number;
  /** Tasks that came and that ended, a minute. */
  readonly inPerMinute: number;
  readonly outPerMinute: number;
}

export type TaskPlace = "waiting" | "backlog" | "away" | "running" | "ended";

/** A task as its queue has it. */
export interface QueuedTask {
  readonly taskId: string;
  readonly pool: string;
  readonly place: TaskPlace;
  /** How many of the pool's tasks come before it, of one that waits. */
  readonly rank?: number;
  /** Absent when the job cannot be read. */
  readonly task?: Task;
  /** Since when it could run. */
  readonly readySinceMs?: number;
  /** Until when it stays away. */
  readonly awayUntilMs?: number;
  /** How often it was given to an agent. */
  readonly deliveries: number;
  /** Why it came back, or why the queue gave it up. */
  readonly lastError?: string;
}

/** A node between two attempts: its retry strategy lets it wait. */
export interface RetryWait {
  readonly shard: number;
  readonly workflowUid: string;
  readonly namespace: string;
  readonly workflowName: string;
  readonly nodeId: string;
  readonly dueAtMs: number;
}

/** Looks into the pools' queues for people: counts, and pages of what is there. Never waits for all of a queue. */
export interface QueueInspector {
  /** Pools that got tasks of late, the latest first. */
  pools(): Promise<readonly string[]>;
  /** In the order asked for. */
  read(pools: readonly string[]): Promise<readonly PoolReading[]>;
  /** What agents take next, in order, the backlog behind the rest. */
  next(pool: string, limit: number): Promise<readonly QueuedTask[]>;
  /** Refused tasks, those that come back first before the others. */
  away(pool: string, limit: number): Promise<readonly QueuedTask[]>;
  /** Undefined when the queue knows no such task, or no more. */
  find(pool: string, taskId: string): Promise<QueuedTask | undefined>;
  /** Nodes between two attempts, the next first; of very many timers only the first of each shard are looked at. */
  retryWaits(shardCount: number, limit: number): Promise<readonly RetryWait[]>;
}
