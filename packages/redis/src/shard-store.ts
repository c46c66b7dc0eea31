import type {
  CommitResult,
  DueTimer,
  InboxEntry,
  Lease,
  OldestWaiting,
  OutboxEntry,
  OutboxMessage,
  ShardCommit,
  ShardStore,
  StoredWorkflow,
} from "@capstan/core";
import { commitArguments } from "./commit-arguments.ts";
import type { RedisClient } from "./connection.ts";
import { readInboxEntries } from "./inbox-reader.ts";
import { keys } from "./keys.ts";
import { leaseValue } from "./lease-store.ts";
import { Script } from "./script.ts";
import { fieldOf, nextStreamId, rangeAfter } from "./stream.ts";
import { loadStoredWorkflow } from "./workflow-record.ts";

const commitScript = new Script("commit");
const oldestWaitingScript = new Script("oldest-waiting");
const acknowledgeOutboxScript = new Script("acknowledge-outbox");

export class RedisShardStore implements ShardStore {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  /** Throws NewerMessageError when the inbox holds what only a newer Capstan understands. */
  readInbox(shard: number, afterId: string, count: number): Promise<readonly InboxEntry[]> {
    return readInboxEntries(this.#redis, shard, afterId, count);
  }

  async inboxWatermark(shard: number): Promise<string> {
    return (await this.#redis.get(keys.watermark(shard))) ?? "";
  }

  loadWorkflow(shard: number, uid: string): Promise<StoredWorkflow | undefined> {
    return loadStoredWorkflow(this.#redis, shard, uid);
  }

  async dueTimers(shard: number, nowMs: number, count: number): Promise<readonly DueTimer[]> {
    const due = await this.#redis.zrange(
      keys.timers(shard),
      "-inf",
      String(nowMs),
      "BYSCORE",
      "LIMIT",
      0,
      count,
      "WITHSCORES",
    );
    const timers: DueTimer[] = [];
    for (let index = 0; index + 1 < due.length; index += 2) {
      const member = due[index] ?? "";
      const space = member.indexOf(" ");
      timers.push({
        workflowUid: member.slice(0, space),
        timerId: member.slice(space + 1),
        dueAtMs: Number(due[index + 1]),
      });
    }
    return timers;
  }

  async nextTimerAtMs(shard: number): Promise<number | undefined> {
    const [, score] = await this.#redis.zrange(keys.timers(shard), 0, "0", "WITHSCORES");
    return score === undefined ? undefined : Number(score);
  }

  async commit(lease: Lease, commit: ShardCommit): Promise<CommitResult> {
    const { shard } = lease;
    const outboxIds = await commitScript.run(
      this.#redis,
      [
        ...[keys.lease(shard), keys.inbox(shard), keys.watermark(shard)],
        ...[keys.timers(shard), keys.outbox(shard), keys.names(shard), keys.leaseCommits(shard)],
      ],
      commitArguments(shard, leaseValue(lease), commit),
    );
    return Array.isArray(outboxIds) ? { status: "committed", outboxIds: outboxIds as string[] } : { status: "fenced" };
  }

  async readOutbox(shard: number, afterId: string, count: number): Promise<readonly OutboxEntry[]> {
    const entries = await this.#redis.xrange(keys.outbox(shard), rangeAfter(afterId), "+", "COUNT", count);
    return entries.map((entry) => ({
      id: entry[0],
      message: JSON.parse(fieldOf(entry, "message") ?? "null") as OutboxMessage,
    }));
  }

  async oldestWaiting(shard: number, carriedId: string): Promise<OldestWaiting> {
    const stored = [keys.inbox(shard), keys.watermark(shard), keys.outbox(shard)];
    const [inboxId, outboxId] = (await oldestWaitingScript.run(this.#redis, stored, [carriedId])) as readonly string[];
    return { inboxId: inboxId || undefined, outboxId: outboxId || undefined };
  }

  async acknowledgeOutbox(lease: Lease, throughId: string): Promise<void> {
    if (throughId === "") return;
    await acknowledgeOutboxScript.run(
      this.#redis,
      [keys.lease(lease.shard), keys.outbox(lease.shard)],
      [leaseValue(lease), nextStreamId(throughId)],
    );
  }
}
