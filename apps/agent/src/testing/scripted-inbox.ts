import type { Inbox } from "@capstan/core";

/** An inbox whose commits, failures and lost connections a test decides. */
export class ScriptedInbox implements Inbox {
  readonly appended: {
    readonly shard: number;
    readonly id: string;
    readonly event: Parameters<Inbox["append"]>[1][number]["event"];
  }[] = [];
  watermark = "";
  generation = 1;
  /** So many next appends fail. */
  failures = 0;
  #sequence = 0;

  async submit(): Promise<never> {
    throw new Error("agents submit nothing");
  }

  async append(shard: number, events: Parameters<Inbox["append"]>[1]): Promise<readonly string[]> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error("the connection was lost");
    }
    return events.map(({ event }) => {
      this.#sequence += 1;
      const id = `1-${this.#sequence}`;
      this.appended.push({ shard, id, event });
      return id;
    });
  }

  async findUid(): Promise<undefined> {
    return undefined;
  }

  async watermarks(shards: readonly number[]): Promise<ReadonlyMap<number, string>> {
    return new Map(shards.map((shard) => [shard, this.watermark]));
  }

  incarnation(): number {
    return this.generation;
  }

  /** What arrived, as `type node`. */
  get said(): readonly string[] {
    return this.appended.map(({ event }) => `${event.type}${"nodeId" in event ? ` ${event.nodeId}` : ""}`);
  }

  commitAll(): void {
    this.watermark = `1-${this.#sequence}`;
  }
}
