import type {
  CommitResult,
  DueTimer,
  InboxEntry,
  Lease,
  OldestWaiting,
  OutboxEntry,
  ShardCommit,
  ShardStore,
  StoredWorkflow,
} from "@capstan/core";
import type { MemoryShardStore } from "@capstan/testkit";
import type { RecordingEngine } from "./history.ts";

/** One coordinator process' store: the one that all share, with an eye on what it reads and commits. */
export class ObservedStore implements ShardStore {
  readonly #store: MemoryShardStore;
  readonly #engine: RecordingEngine;
  readonly #nowMs: () => number;
  readonly #onCommitted: (shard: number, commit: ShardCommit) => Promise<void>;

  constructor(
    store: MemoryShardStore,
    engine: RecordingEngine,
    nowMs: () => number,
    onCommitted: (shard: number, commit: ShardCommit) => Promise<void>,
  ) {
    this.#store = store;
    this.#engine = engine;
    this.#nowMs = nowMs;
    this.#onCommitted = onCommitted;
  }

  async readInbox(shard: number, afterId: string, count: number): Promise<readonly InboxEntry[]> {
    const entries = await this.#store.readInbox(shard, afterId, count);
    this.#engine.wasRead(entries);
    return entries;
  }

  async commit(lease: Lease, commit: ShardCommit): Promise<CommitResult> {
    const result = await this.#store.commit(lease, commit);
    if (result.status === "fenced") {
      this.#engine.wasRefused(lease.shard, commit);
      return result;
    }
    this.#engine.wasCommitted(lease.shard, commit, this.#nowMs());
    await this.#onCommitted(lease.shard, commit);
    return result;
  }

  /** What a holding of a shard begins with. */
  inboxWatermark(shard: number): Promise<string> {
    this.#engine.wasOpened(shard);
    return this.#store.inboxWatermark(shard);
  }

  loadWorkflow(shard: number, uid: string): Promise<StoredWorkflow | undefined> {
    return this.#store.loadWorkflow(shard, uid);
  }

  dueTimers(shard: number, nowMs: number, count: number): Promise<readonly DueTimer[]> {
    return this.#store.dueTimers(shard, nowMs, count);
  }

  nextTimerAtMs(shard: number): Promise<number | undefined> {
    return this.#store.nextTimerAtMs(shard);
  }

  readOutbox(shard: number, afterId: string, count: number): Promise<readonly OutboxEntry[]> {
    return this.#store.readOutbox(shard, afterId, count);
  }

  oldestWaiting(shard: number, carriedId: string): Promise<OldestWaiting> {
    return this.#store.oldestWaiting(shard, carriedId);
  }

  acknowledgeOutbox(lease: Lease, throughId: string): Promise<void> {
    return this.#store.acknowledgeOutbox(lease, throughId);
  }
}
