import type { Lease, LeaseStore } from "@capstan/core";
import { type MemoryDatabase, type ShardRecord, shardOfContent } from "./memory-database.ts";

/** A LeaseStore in memory. */
export class MemoryLeaseStore implements LeaseStore {
  readonly #database: MemoryDatabase;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  async acquire(shard: number, owner: string, ttlMs: number): Promise<Lease | undefined> {
    return this.#database.change((content, nowMs) => {
      const record = shardOfContent(content, shard);
      const { lease } = record;
      if (lease !== undefined && lease.untilMs > nowMs && lease.owner !== owner) return undefined;
      record.lastToken += 1;
      record.lease = { owner, token: record.lastToken, untilMs: nowMs + ttlMs, commits: 0 };
      return { shard, owner, token: record.lastToken };
    });
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    return this.#database.change((content, nowMs) => {
      const record = shardOfContent(content, lease.shard);
      if (!holds(record, lease, nowMs) || record.lease === undefined) return false;
      record.lease.untilMs = nowMs + ttlMs;
      return true;
    });
  }

  async release(lease: Lease): Promise<void> {
    this.#database.change((content, nowMs) => {
      const record = shardOfContent(content, lease.shard);
      if (holds(record, lease, nowMs)) record.lease = undefined;
    });
  }

  async heartbeat(owner: string, ttlMs: number): Promise<readonly string[]> {
    return this.#database.change(({ living }, nowMs) => {
      living.set(owner, nowMs + ttlMs);
      for (const [name, untilMs] of living) if (untilMs <= nowMs) living.delete(name);
      return [...living.keys()].sort();
    });
  }

  async leave(owner: string): Promise<void> {
    this.#database.change(({ living }) => living.delete(owner));
  }
}

/** Is the lease the shard's now? */
export function holds(record: ShardRecord, lease: Lease, nowMs: number): boolean {
  const current = record.lease;
  return (
    current !== undefined && current.untilMs > nowMs && current.owner === lease.owner && current.token === lease.token
  );
}
