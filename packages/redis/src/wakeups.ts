import type { ShardWakeups } from "@capstan/core";
import { channels } from "./keys.ts";
import type { Subscriptions } from "./subscriptions.ts";

export class RedisShardWakeups implements ShardWakeups {
  readonly #subscriptions: Subscriptions;

  constructor(subscriptions: Subscriptions) {
    this.#subscriptions = subscriptions;
  }

  subscribe(listener: (shard: number) => void): Promise<() => Promise<void>> {
    return this.#subscriptions.subscribe(channels.inboxGrown, (message) => listener(Number(message)));
  }
}
