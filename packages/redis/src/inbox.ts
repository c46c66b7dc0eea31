import { assert, type Inbox, type SubmitResult, type WorkflowBundle, type WorkflowEvent } from "@capstan/core";
import { encodeEvent } from "@capstan/protocol";
import { AppendBatcher } from "./append-batcher.ts";
import type { RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import { Script } from "./script.ts";

const submitScript = new Script("submit");
const appendScript = new Script("append");

/** Events that one script call appends at most. */
const eventsPerCallMax = 500;

interface AddressedEvent {
  readonly workflowUid: string;
  readonly event: WorkflowEvent;
}

export class RedisInbox implements Inbox {
  readonly #redis: RedisClient;
  readonly #batchers = new Map<number, AppendBatcher<AddressedEvent, string>>();
  #incarnation = 0;

  constructor(redis: RedisClient) {
    this.#redis = redis;
    const advance = () => {
      this.#incarnation++;
    };
    redis.on("ready", advance);
    // Told at the loss too: what is done between loss and return must not count as done on the store that comes back.
    redis.on("close", advance);
    // In a Redis Cluster one node can be replaced while the others stay.
    redis.on("-node", advance);
  }

  async submit(shard: number, bundle: WorkflowBundle): Promise<SubmitResult> {
    const { name, namespace, uid } = bundle.workflow.metadata;
    assert(name && namespace && uid, "a submitted workflow has name, namespace and uid");
    const reply = await submitScript.run(
      this.#redis,
      [keys.names(shard), keys.inbox(shard)],
      [`${namespace}/${name}`, uid, encodeEvent({ type: "workflow-submitted", bundle }), channels.inboxGrown, shard],
    );
    const [inboxId, existingUid] = reply as [string | null, string | undefined];
    if (typeof inboxId === "string") return { accepted: true, inboxId };
    return { accepted: false, existingUid: existingUid ?? "" };
  }

  async append(shard: number, events: readonly AddressedEvent[]): Promise<readonly string[]> {
    if (events.length === 0) return [];
    let batcher = this.#batchers.get(shard);
    if (batcher === undefined) {
      batcher = new AppendBatcher(eventsPerCallMax, (items) => this.#appendNow(shard, items));
      this.#batchers.set(shard, batcher);
    }
    return batcher.append(events);
  }

  async findUid(shard: number, namespace: string, name: string): Promise<string | undefined> {
    return (await this.#redis.hget(keys.names(shard), `${namespace}/${name}`)) ?? undefined;
  }

  async watermarks(shards: readonly number[]): Promise<ReadonlyMap<number, string>> {
    // Single commands, since a pipeline over several slots is refused by a cluster; they leave together all the same.
    const ids = await Promise.all(shards.map((shard) => this.#redis.get(keys.watermark(shard))));
    return new Map(shards.map((shard, index) => [shard, ids[index] ?? ""]));
  }

  incarnation(): number {
    return this.#incarnation;
  }

  async #appendNow(shard: number, events: readonly AddressedEvent[]): Promise<readonly string[]> {
    const texts = events.flatMap(({ workflowUid, event }) => [workflowUid, encodeEvent(event)]);
    return (await appendScript.run(
      this.#redis,
      [keys.inbox(shard)],
      [channels.inboxGrown, shard, ...texts],
    )) as string[];
  }
}
