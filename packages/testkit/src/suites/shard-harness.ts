import {
  assert,
  type Inbox,
  type Lease,
  type LeaseStore,
  type ShardCommit,
  type ShardStore,
  type ShardWakeups,
  type WorkflowIndexWriter,
  type WorkflowReader,
} from "@capstan/core";

/** The durable ports over one store; `create` of a suite gives a fresh and empty one for each test. */
export interface ShardHarness {
  readonly leases: LeaseStore;
  readonly store: ShardStore;
  readonly inbox: Inbox;
  readonly wakeups: ShardWakeups;
  readonly reader: WorkflowReader;
  readonly index: WorkflowIndexWriter;
  /** Lets time pass for the store: truly on a real one, by its clock in a simulated one. */
  passTime(delayMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Lets time pass until the condition holds; fails when it does not within the limit. */
export async function eventually(
  harness: { passTime(delayMs: number): Promise<void> },
  condition: () => boolean | Promise<boolean>,
  withinMs = 5_000,
): Promise<void> {
  const stepMs = 10;
  for (let passedMs = 0; passedMs <= withinMs; passedMs += stepMs) {
    if (await condition()) return;
    await harness.passTime(stepMs);
  }
  throw new Error(`the condition did not hold within ${withinMs} ms`);
}

/** A lease that outlives any test. */
export async function leaseOf(harness: ShardHarness, shard: number, owner = "coordinator-1"): Promise<Lease> {
  const lease = await harness.leases.acquire(shard, owner, 60_000);
  assert(lease !== undefined, `shard ${shard} is not free`);
  return lease;
}

/** A commit that changes nothing; the test says what it does change. */
export function aCommit(changes: Partial<ShardCommit>): ShardCommit {
  return { workflows: [], firedTimers: [], outbox: [], ...changes };
}
