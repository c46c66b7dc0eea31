import type { RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** A demand that nobody has made for so long is forgotten. */
const retentionMs = 30 * 24 * 3_600_000;
/** Saying it again this often keeps it alive while it is in use. */
const sayAgainMs = 600_000;

/**
 * The pools whose names say what their agents must be. Coordinators announce one before the first task goes into it; agents find out
 * whether they meet it.
 */
export class DemandingPools {
  readonly #redis: RedisClient;
  readonly #saidAtMs = new Map<string, number>();

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  /** Makes sure that agents can know of the pool; nothing is written where that was done a moment ago. */
  async announce(pool: string, nowMs: number): Promise<void> {
    if (nowMs - (this.#saidAtMs.get(pool) ?? Number.NEGATIVE_INFINITY) < sayAgainMs) return;
    await this.#redis
      .multi()
      .zadd(keys.demandingPools, nowMs, pool)
      .zremrangebyscore(keys.demandingPools, "-inf", nowMs - retentionMs)
      .exec();
    await this.#redis.publish(channels.poolAnnounced, pool);
    this.#saidAtMs.set(pool, nowMs);
  }

  /** All that are not forgotten. */
  list(): Promise<readonly string[]> {
    return this.#redis.zrange(keys.demandingPools, "0", "-1");
  }

  /** Calls back for every announcement; notices may be lost, so look at the list from time to time too. */
  subscribe(subscriptions: Subscriptions, listener: (pool: string) => void): Promise<() => Promise<void>> {
    return subscriptions.subscribe(channels.poolAnnounced, listener);
  }
}
