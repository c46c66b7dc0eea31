import type { Lease, LeaseStore } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { Script } from "./script.ts";

const acquireLease = new Script("acquire-lease");
const renewLease = new Script("renew-lease");
const releaseLease = new Script("release-lease");
const coordinatorHeartbeat = new Script("coordinator-heartbeat");

/** The text under which a lease is kept; a commit compares it, so that a token is only ever its owner's. */
export function leaseValue(lease: Lease): string {
  return `${lease.token} ${lease.owner}`;
}

export class RedisLeaseStore implements LeaseStore {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async acquire(shard: number, owner: string, ttlMs: number): Promise<Lease | undefined> {
    const token = await acquireLease.run(
      this.#redis,
      [keys.lease(shard), keys.leaseToken(shard), keys.leaseCommits(shard)],
      [owner, Math.ceil(ttlMs)],
    );
    return typeof token === "number" ? { shard, owner, token } : undefined;
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    return (await renewLease.run(this.#redis, [keys.lease(lease.shard)], [leaseValue(lease), Math.ceil(ttlMs)])) === 1;
  }

  async release(lease: Lease): Promise<void> {
    await releaseLease.run(this.#redis, [keys.lease(lease.shard)], [leaseValue(lease)]);
  }

  async heartbeat(owner: string, ttlMs: number): Promise<readonly string[]> {
    const living = await coordinatorHeartbeat.run(this.#redis, [keys.coordinators], [owner, Math.ceil(ttlMs)]);
    return (living as string[]).sort();
  }

  async leave(owner: string): Promise<void> {
    await this.#redis.zrem(keys.coordinators, owner);
  }
}
