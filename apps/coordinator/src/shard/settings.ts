import type { EnginePolicy } from "@capstan/core";

/** Limits and times of the shard's life; every one has a default. */
export interface ShardSettings {
  readonly inboxBatchMax: number;
  readonly timersBatchMax: number;
  /** Workflows that one batch loads from the store at a time. */
  readonly loadsMax: number;
  /** A commit is closed at the next event once it holds this many nodes and commands … */
  readonly commitItemsMax: number;
  /** … or roughly this many bytes. */
  readonly commitBytesMax: number;
  /** Nodes of all workflows that stay in memory. */
  readonly cachedNodesMax: number;
  /** A safety net for lost wake-ups. */
  readonly lookIntervalMs: number;
  readonly relayBatchMax: number;
  /** Committed messages that wait in memory for the relay; beyond, it reads them from the store again. */
  readonly relayQueueMax: number;
  readonly relayRetryMinMs: number;
  readonly relayRetryMaxMs: number;
  /** Lists show progress that is at most this old; phases are never late. */
  readonly acknowledgeIntervalMs: number;
  /** More than a store may lose in a crash; what is carried out stays in the outbox for so long. */
  readonly settleMs: number;
  readonly progressIndexIntervalMs: number;
  readonly leaseTtlMs: number;
  readonly leaseTickMs: number;
}

export const shardDefaults: ShardSettings = {
  inboxBatchMax: 500,
  timersBatchMax: 500,
  loadsMax: 32,
  commitItemsMax: 2_000,
  commitBytesMax: 4 * 1024 * 1024,
  cachedNodesMax: 300_000,
  lookIntervalMs: 1_000,
  relayBatchMax: 500,
  relayQueueMax: 10_000,
  relayRetryMinMs: 50,
  relayRetryMaxMs: 2_000,
  acknowledgeIntervalMs: 1_000,
  settleMs: 3_000,
  progressIndexIntervalMs: 1_000,
  leaseTtlMs: 5_000,
  leaseTickMs: 1_000,
};

export const defaultPolicy: EnginePolicy = {
  activeTasksMax: 2_000,
  recursionDepthMax: 100,
  defaultPool: "default",
  bid: { k: 0.05, thetaSeconds: 60, secondsPerPriority: 60, defaultTaskSeconds: 10 },
};
