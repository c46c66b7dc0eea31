import {
  minutesOfRate,
  type PoolReading,
  type QueuedTask,
  type QueueInspector,
  type RetryWait,
  ratePerMinute,
  type TaskPlace,
  type WorkflowSummary,
} from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { KnownPools } from "./known-pools.ts";
import { pairs } from "./pairs.ts";
import { dataOfText } from "./pool-backlog.ts";
import { poolQueueKeys } from "./pool-queue.ts";
import { awayUntilMs, jobFields, queuedTask, taskOfJob } from "./queued-job.ts";
import { Script } from "./script.ts";

const timersOfKind = new Script("timers-of-kind");

/** Tasks at each end of a queue among which the longest wait is looked for. */
const endsLookedAt = 16;
/** Of a shard's timers; most are deadlines, which are due later than a retry. */
const timersLookedAt = 1_000;
const backoffPrefix = "backoff:";

/** Looks into the pools' queues as BullMQ and the backlogs keep them, by counts and pages: never at all of a queue. */
export class RedisQueueInspector implements QueueInspector {
  readonly #redis: RedisClient;
  readonly #knownPools: KnownPools;

  constructor(redis: RedisClient) {
    this.#redis = redis;
    this.#knownPools = new KnownPools(redis);
  }

  pools(): Promise<readonly string[]> {
    return this.#knownPools.list();
  }

  read(pools: readonly string[]): Promise<readonly PoolReading[]> {
    return Promise.all(pools.map((pool) => this.#readPool(pool)));
  }

  async next(pool: string, limit: number): Promise<readonly QueuedTask[]> {
    const names = poolQueueKeys(pool);
    const [stalled, prioritized, backlog] = await Promise.all([
      // BullMQ takes from its end.
      this.#redis.lrange(names("wait"), String(-limit), "-1"),
      this.#redis.zrange(names("prioritized"), "0", String(limit - 1)),
      this.#redis.zrange(keys.poolBacklog(pool), "0", String(limit - 1)),
    ]);
    const inBull = [...stalled.toReversed(), ...prioritized].slice(0, limit);
    const rest = backlog.slice(0, limit - inBull.length);
    const [waiting, later] = await Promise.all([
      Promise.all(inBull.map((id, rank) => this.#job(pool, id, "waiting", { rank }))),
      this.#backlogTasks(pool, rest, inBull.length),
    ]);
    return [...waiting, ...later].filter((task) => task !== undefined);
  }

  async away(pool: string, limit: number): Promise<readonly QueuedTask[]> {
    const ids = await this.#redis.zrange(poolQueueKeys(pool)("delayed"), "0", String(limit - 1), "WITHSCORES");
    const found = await Promise.all(
      pairs(ids).map(([id, score]) => this.#job(pool, id, "away", { awayUntilMs: awayUntilMs(score) })),
    );
    return found.filter((task) => task !== undefined);
  }

  async find(pool: string, taskId: string): Promise<QueuedTask | undefined> {
    const names = poolQueueKeys(pool);
    const [inWait, inPrioritized, inDelayed, inBacklog, taken, waitCount, released, ended] = await Promise.all([
      this.#redis.lpos(names("wait"), taskId),
      this.#redis.zrank(names("prioritized"), taskId),
      this.#redis.zscore(names("delayed"), taskId),
      this.#redis.zrank(keys.poolBacklog(pool), taskId),
      this.#redis.zscore(keys.poolBacklogTaken(pool), taskId),
      this.#redis.llen(names("wait")),
      this.#redis.zcard(names("prioritized")),
      this.#redis.hexists(names(taskId), "finishedOn"),
    ]);
    if (inWait !== null) return this.#job(pool, taskId, "waiting", { rank: waitCount - 1 - inWait });
    if (inPrioritized !== null) return this.#job(pool, taskId, "waiting", { rank: waitCount + inPrioritized });
    if (inDelayed !== null) return this.#job(pool, taskId, "away", { awayUntilMs: awayUntilMs(inDelayed) });
    if (inBacklog !== null || taken !== null) {
      const [task] = await this.#backlogTasks(pool, [taskId], waitCount + released + (inBacklog ?? 0));
      return task;
    }
    return this.#job(pool, taskId, ended === 1 ? "ended" : "running", {});
  }

  async retryWaits(shardCount: number, limit: number): Promise<readonly RetryWait[]> {
    const shards = Array.from({ length: shardCount }, (_, shard) => shard);
    const found = await Promise.all(shards.map((shard) => this.#retryTimers(shard, limit)));
    const first = found
      .flat()
      .sort((left, right) => left.dueAtMs - right.dueAtMs)
      .slice(0, limit);
    const summaries = await Promise.all(first.map(({ workflowUid }) => this.#summary(workflowUid)));
    return first.flatMap((timer, index) => {
      const summary = summaries[index];
      // It was deleted meanwhile.
      if (summary === undefined) return [];
      return { ...timer, namespace: summary.namespace, workflowName: summary.name };
    });
  }

  async #readPool(pool: string): Promise<PoolReading> {
    const names = poolQueueKeys(pool);
    const nowMs = Date.now();
    const minutes = minutesOfRate(nowMs);
    const [wait, prioritized, backlog, taken, away, running, dead, arrivals, ended, oldestSinceMs] = await Promise.all([
      this.#redis.llen(names("wait")),
      this.#redis.zcard(names("prioritized")),
      this.#redis.zcard(keys.poolBacklog(pool)),
      this.#redis.zcard(keys.poolBacklogTaken(pool)),
      this.#redis.zcard(names("delayed")),
      this.#redis.llen(names("active")),
      this.#redis.zcard(names("failed")),
      this.#redis.mget(minutes.map((minute) => keys.poolArrivals(pool, minute))),
      this.#endedByMinute(names, minutes.length),
      this.#oldestSinceMs(pool),
    ]);
    const cameByMinute = new Map(minutes.map((minute, index) => [minute, Number(arrivals[index] ?? 0)]));
    return {
      ...{ pool, away, running, dead },
      waiting: wait + prioritized + backlog + taken,
      inBacklog: backlog + taken,
      ...(oldestSinceMs !== undefined && { oldestSinceMs }),
      inPerMinute: ratePerMinute(cameByMinute, nowMs),
      outPerMinute: ratePerMinute(ended, nowMs),
    };
  }

  /** BullMQ's own counts: those of whole minutes in a list, the latest first, and what came since its last entry. */
  async #endedByMinute(names: (key: string) => string, count: number): Promise<ReadonlyMap<number, number>> {
    const [meta, points] = await Promise.all([
      this.#redis.hmget(names("metrics:completed"), "count", "prevTS", "prevCount"),
      this.#redis.lrange(names("metrics:completed:data"), "0", String(count - 1)),
    ]);
    const [total = 0, lastMs = 0, before = 0] = meta.map(Number);
    const lastMinute = Math.floor(lastMs / 60_000);
    return new Map([
      [lastMinute, total - before],
      ...points.map((point, index) => [lastMinute - 1 - index, Number(point)] as const),
    ]);
  }

  async #oldestSinceMs(pool: string): Promise<number | undefined> {
    const names = poolQueueKeys(pool);
    const ids = await Promise.all([
      this.#redis.lrange(names("wait"), String(-endsLookedAt), "-1"),
      this.#redis.zrange(names("prioritized"), "0", String(endsLookedAt - 1)),
      this.#redis.zrange(names("prioritized"), String(-endsLookedAt), "-1"),
    ]);
    const [times, first] = await Promise.all([
      Promise.all([...new Set(ids.flat())].map((id) => this.#redis.hget(names(id), "timestamp"))),
      this.#redis.zrange(keys.poolBacklog(pool), "0", "0").then((backlog) => this.#backlogTasks(pool, backlog, 0)),
    ]);
    const known = [...times.map(Number), ...first.map(({ readySinceMs = 0 }) => readySinceMs)];
    const real = known.filter((atMs) => atMs > 0);
    return real.length === 0 ? undefined : Math.min(...real);
  }

  async #job(
    pool: string,
    taskId: string,
    place: TaskPlace,
    where: Pick<QueuedTask, "rank" | "awayUntilMs">,
  ): Promise<QueuedTask | undefined> {
    const fields = await this.#redis.hmget(poolQueueKeys(pool)(taskId), ...jobFields);
    return queuedTask(fields, { taskId, pool, place, ...where });
  }

  async #backlogTasks(pool: string, ids: readonly string[], firstRank: number): Promise<readonly QueuedTask[]> {
    if (ids.length === 0) return [];
    const texts = await this.#redis.hmget(keys.poolBacklogTasks(pool), ...ids);
    return ids.flatMap((taskId, index) => {
      const text = texts[index];
      if (text === null || text === undefined) return [];
      const task = taskOfJob(dataOfText(text));
      return {
        ...{ taskId, pool, place: "backlog" as const, rank: firstRank + index, deliveries: 0 },
        ...(task !== undefined && { task }),
        ...(task?.readyAtMs !== undefined && { readySinceMs: task.readyAtMs }),
      };
    });
  }

  async #retryTimers(shard: number, limit: number): Promise<readonly Omit<RetryWait, "namespace" | "workflowName">[]> {
    const answer = await timersOfKind.run(this.#redis, [keys.timers(shard)], [backoffPrefix, timersLookedAt, limit]);
    return pairs(answer as readonly string[]).map(([dueAt, member]) => {
      const space = member.indexOf(" ");
      const nodeId = member.slice(space + 1 + backoffPrefix.length);
      return { shard, workflowUid: member.slice(0, space), nodeId, dueAtMs: Number(dueAt) };
    });
  }

  async #summary(uid: string): Promise<WorkflowSummary | undefined> {
    const text = await this.#redis.hget(keys.indexEntry(uid), "summary");
    return text === null ? undefined : (JSON.parse(text) as WorkflowSummary);
  }
}
