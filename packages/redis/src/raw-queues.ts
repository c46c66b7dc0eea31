import type { Queue } from "bullmq";
import type { RedisClient } from "./connection.ts";
import { KnownPools } from "./known-pools.ts";
import { openPoolQueue } from "./pool-queue.ts";

/** Held open at once; of more pools the latest are shown. */
const queuesOpenMax = 100;

/** BullMQ's own objects of the pools in use, for a tool that works on those. */
export class RawQueues {
  readonly #redis: RedisClient;
  readonly #knownPools: KnownPools;
  readonly #open = new Map<string, Queue>();

  constructor(redis: RedisClient) {
    this.#redis = redis;
    this.#knownPools = new KnownPools(redis);
  }

  /** By pool; each stays the same object until its pool is not in use any more. */
  async list(): Promise<ReadonlyMap<string, Queue>> {
    const pools = new Set((await this.#knownPools.list()).slice(0, queuesOpenMax));
    for (const pool of pools)
      if (!this.#open.has(pool))
        this.#open.set(
          pool,
          openPoolQueue(this.#redis, pool, () => undefined),
        );
    for (const [pool, queue] of this.#open) {
      if (pools.has(pool)) continue;
      this.#open.delete(pool);
      await queue.close();
    }
    return this.#open;
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#open.values(), (queue) => queue.close()));
    this.#open.clear();
  }
}
