import {
  assert,
  type Inbox,
  type ShardWakeups,
  type SubmitResult,
  type WorkflowBundle,
  type WorkflowEvent,
} from "@capstan/core";
import { type MemoryDatabase, nextStreamId, shardOfContent } from "./memory-database.ts";

const inboxGrown = "inbox-grown";

/** An Inbox in memory, as one process sees it. */
export class MemoryInbox implements Inbox {
  readonly #database: MemoryDatabase;
  #incarnation = 0;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  async submit(shard: number, bundle: WorkflowBundle): Promise<SubmitResult> {
    const { name, namespace, uid } = bundle.workflow.metadata;
    assert(name && namespace && uid, "a submitted workflow has name, namespace and uid");
    const event = JSON.stringify({ type: "workflow-submitted", bundle });
    const result = this.#database.change((content, nowMs): SubmitResult => {
      const record = shardOfContent(content, shard);
      const existingUid = record.names.get(`${namespace}/${name}`);
      if (existingUid !== undefined) return { accepted: false, existingUid };
      record.names.set(`${namespace}/${name}`, uid);
      const id = nextStreamId(record, nowMs);
      record.inbox.push({ id, uid, event });
      return { accepted: true, inboxId: id };
    });
    if (result.accepted) this.#database.publish(inboxGrown, String(shard));
    return result;
  }

  async append(
    shard: number,
    events: readonly { readonly workflowUid: string; readonly event: WorkflowEvent }[],
  ): Promise<readonly string[]> {
    if (events.length === 0) return [];
    const texts = events.map(({ workflowUid, event }) => ({ uid: workflowUid, event: JSON.stringify(event) }));
    const ids = this.#database.change((content, nowMs) => {
      const record = shardOfContent(content, shard);
      return texts.map((text) => {
        const id = nextStreamId(record, nowMs);
        record.inbox.push({ id, ...text });
        return id;
      });
    });
    this.#database.publish(inboxGrown, String(shard));
    return ids;
  }

  async findUid(shard: number, namespace: string, name: string): Promise<string | undefined> {
    return this.#database.read((content) => shardOfContent(content, shard).names.get(`${namespace}/${name}`));
  }

  async watermarks(shards: readonly number[]): Promise<ReadonlyMap<number, string>> {
    return this.#database.read(
      (content) => new Map(shards.map((shard) => [shard, shardOfContent(content, shard).watermark])),
    );
  }

  incarnation(): number {
    return this.#incarnation;
  }

  /** The connection was lost and found again. */
  reconnected(): void {
    this.#incarnation += 1;
  }
}

/** ShardWakeups in memory. */
export class MemoryShardWakeups implements ShardWakeups {
  readonly #database: MemoryDatabase;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  async subscribe(listener: (shard: number) => void): Promise<() => Promise<void>> {
    const unsubscribe = this.#database.subscribe(inboxGrown, (message) => listener(Number(message)));
    return async () => unsubscribe();
  }
}
