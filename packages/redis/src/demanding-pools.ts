import type { RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import { pairs } from "./pairs.ts";
import { poolQueueKeys } from "./pool-queue.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** A demand that nobody has made for so long, and of which no task waits, is forgotten; with it goes the way to its tasks' logs. */
const retentionMs = 7 * 24 * 3_600_000;
/** Saying it again this often keeps it alive while it is in use. */
const sayAgainMs = 600_000;
/** After this a pool's ended jobs are known for no use any more. */
const idleAfterMs = 2 * 3_600_000;
const idleAtOnceMax = 20;
const forgottenAtOnceMax = 100;

export interface DemandingPool {
  readonly pool: string;
  /** When it was announced last; up to ten minutes before its latest task came. */
  readonly saidAtMs: number;
}

/**
 * The pools whose names say what their agents must be. Coordinators announce one before the first task goes into it; agents find out
 * whether they meet it.
 */
export class DemandingPools {
  readonly #redis: RedisClient;
  readonly #saidAtMs = new Map<string, number>();

  constructor(redis: RedisClient) {
    this.#redis = redis;
    // A server that comes back may have lost what it was told last: then it is said again with the next task.
    for (const event of ["ready", "close", "-node"]) redis.on(event, () => this.#saidAtMs.clear());
  }

  /**
   * Makes sure that agents can know of the pool; nothing is written where that was done a moment ago. Gives pools whose last task came
   * hours ago, each once, so that the caller can tidy them up.
   */
  async announce(pool: string, nowMs: number): Promise<readonly string[]> {
    if (nowMs - (this.#saidAtMs.get(pool) ?? Number.NEGATIVE_INFINITY) < sayAgainMs) return [];
    await this.#redis.multi().zadd(keys.demandingPools, nowMs, pool).zadd(keys.untidyPools, nowMs, pool).exec();
    await this.#redis.publish(channels.poolAnnounced, pool);
    this.#saidAtMs.set(pool, nowMs);
    await this.#forget(nowMs - retentionMs, nowMs);
    return this.#takeIdle(nowMs - idleAfterMs);
  }

  /** Was it announced, or marked, since it was last given as idle? */
  async isUntidy(pool: string): Promise<boolean> {
    return (await this.#redis.zscore(keys.untidyPools, pool)) !== null;
  }

  /** It was given as idle and has something left that cannot go yet: it will be given again. */
  async markUntidy(pool: string, nowMs: number): Promise<void> {
    await this.#redis.zadd(keys.untidyPools, "NX", nowMs, pool);
  }

  /** All that are not forgotten and were announced at that time or later. */
  async list(sinceMs: number): Promise<readonly DemandingPool[]> {
    return poolsOf(await this.#redis.zrangebyscore(keys.demandingPools, sinceMs, "+inf", "WITHSCORES"));
  }

  /** Tasks of a pool that wait or run; rejects where the connection's user has no rights on the pool. */
  async countUnfinished(pool: string): Promise<number> {
    const key = poolQueueKeys(pool);
    const counts = await Promise.all([
      ...["wait", "paused", "active"].map((state) => this.#redis.llen(key(state))),
      ...["prioritized", "delayed"].map((state) => this.#redis.zcard(key(state))),
      ...[keys.poolBacklog(pool), keys.poolBacklogTaken(pool)].map((waiting) => this.#redis.zcard(waiting)),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Calls back for every announcement; notices may be lost, so look at the list from time to time too. */
  subscribe(subscriptions: Subscriptions, listener: (pool: string) => void): Promise<() => Promise<void>> {
    return subscriptions.subscribe(channels.poolAnnounced, listener);
  }

  async #forget(beforeMs: number, nowMs: number): Promise<void> {
    const page = ["LIMIT", 0, forgottenAtOnceMax] as const;
    const old = poolsOf(await this.#redis.zrangebyscore(keys.demandingPools, "-inf", beforeMs, "WITHSCORES", ...page));
    const last = old.at(-1);
    if (last === undefined) return;
    for (const { pool } of old) {
      this.#saidAtMs.delete(pool);
      if ((await this.countUnfinished(pool)) > 0) await this.#redis.zadd(keys.demandingPools, "XX", nowMs, pool);
    }
    // By score, so that what another coordinator announces in this moment stays; a full page may end amid equal ones.
    const upTo = old.length < forgottenAtOnceMax ? last.saidAtMs : `(${last.saidAtMs}`;
    await this.#redis.zremrangebyscore(keys.demandingPools, "-inf", upTo);
  }

  async #takeIdle(beforeMs: number): Promise<readonly string[]> {
    const idle = await this.#redis.zrangebyscore(keys.untidyPools, "-inf", beforeMs, "LIMIT", 0, idleAtOnceMax);
    if (idle.length > 0) await this.#redis.zrem(keys.untidyPools, ...idle);
    return idle;
  }
}

function poolsOf(answer: readonly string[]): readonly DemandingPool[] {
  return pairs(answer).map(([pool, score]) => ({ pool, saidAtMs: Number(score) }));
}
