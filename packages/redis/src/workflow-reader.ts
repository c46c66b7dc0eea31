import type { ChangePage, ListPage, ListQuery, StoredWorkflow, WorkflowReader } from "@capstan/core";
import { newestChangeId, readChangePage } from "./change-log.ts";
import type { RedisClient } from "./connection.ts";
import { channels } from "./keys.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { listWorkflows } from "./workflow-list.ts";
import { loadStoredWorkflow } from "./workflow-record.ts";

export class RedisWorkflowReader implements WorkflowReader {
  readonly #redis: RedisClient;
  readonly #subscriptions: Subscriptions;

  constructor(redis: RedisClient, subscriptions: Subscriptions) {
    this.#redis = redis;
    this.#subscriptions = subscriptions;
  }

  list(query: ListQuery): Promise<ListPage> {
    return listWorkflows(this.#redis, query);
  }

  get(shard: number, uid: string): Promise<StoredWorkflow | undefined> {
    return loadStoredWorkflow(this.#redis, shard, uid);
  }

  readChanges(shard: number, uid: string, afterId: string, count: number): Promise<ChangePage> {
    return readChangePage(this.#redis, shard, uid, afterId, count);
  }

  lastChangeId(shard: number, uid: string): Promise<string> {
    return newestChangeId(this.#redis, shard, uid);
  }

  async subscribe(
    listener: (namespace: string, uid: string) => void,
    onGap: () => void = () => {},
  ): Promise<() => Promise<void>> {
    const stop = await this.#subscriptions.subscribe(channels.workflowsChanged, (message) => {
      for (const line of message.split("\n")) {
        const [namespace, uid] = line.split(" ");
        if (namespace && uid) listener(namespace, uid);
      }
    });
    const stopGaps = this.#subscriptions.onReconnect(onGap);
    return async () => {
      stopGaps();
      await stop();
    };
  }
}
