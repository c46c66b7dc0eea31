import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";

/** A pool that got no task for so long is not shown any more. */
const retentionMs = 7 * 24 * 3_600_000;
/** Saying it again this often keeps a pool known while it is in use. */
const sayAgainMs = 600_000;
const poolsListedMax = 500;

/** The names of the pools that tasks are put into, for people who look at queues: nobody has to search for keys. */
export class KnownPools {
  readonly #redis: RedisClient;
  readonly #notedAtMs = new Map<string, number>();

  constructor(redis: RedisClient) {
    this.#redis = redis;
    // A server that comes back may have lost what it was told last.
    redis.on("close", () => this.#notedAtMs.clear());
  }

  /** Makes the pool known; nothing is written where that was done a moment ago. */
  async note(pool: string, nowMs: number): Promise<void> {
    if (nowMs - (this.#notedAtMs.get(pool) ?? Number.NEGATIVE_INFINITY) < sayAgainMs) return;
    // In this order, so that names do not pile up here either.
    for (const [name, atMs] of this.#notedAtMs) if (nowMs - atMs >= sayAgainMs) this.#notedAtMs.delete(name);
    await this.#redis
      .multi()
      .zadd(keys.knownPools, nowMs, pool)
      .zremrangebyscore(keys.knownPools, "-inf", nowMs - retentionMs)
      .exec();
    this.#notedAtMs.set(pool, nowMs);
  }

  /** Those that got a task of late, the latest first. */
  list(): Promise<readonly string[]> {
    return this.#redis.zrevrange(keys.knownPools, 0, poolsListedMax - 1);
  }
}
