import type {
  ChangePage,
  IndexChange,
  ListPage,
  ListQuery,
  NodeStatus,
  StoredWorkflow,
  WorkflowPhase,
  WorkflowReader,
  WorkflowSummary,
} from "@capstan/core";
import { newestChangeId, readChangePage } from "./change-log.ts";
import type { RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { listWorkflows } from "./workflow-list.ts";
import { loadStoredHead, loadStoredWorkflow, scanNodes } from "./workflow-record.ts";

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

  getHead(shard: number, uid: string): Promise<Omit<StoredWorkflow, "nodes"> | undefined> {
    return loadStoredHead(this.#redis, shard, uid);
  }

  scanNodes(shard: number, uid: string): AsyncIterable<readonly NodeStatus[]> {
    return scanNodes(this.#redis, shard, uid);
  }

  async getNodes(shard: number, uid: string, ids: readonly string[]): Promise<readonly NodeStatus[]> {
    if (ids.length === 0) return [];
    const texts = await this.#redis.hmget(keys.workflowNodes(shard, uid), ...ids);
    return texts.flatMap((text) => (text === null ? [] : (JSON.parse(text) as NodeStatus)));
  }

  async countPhases(namespace?: string): Promise<{ readonly [P in WorkflowPhase]?: number }> {
    const counts = await Promise.all(
      workflowPhases.map((phase) =>
        this.#redis.zcard(
          namespace === undefined ? keys.indexPhase(phase) : keys.indexNamespacePhase(namespace, phase),
        ),
      ),
    );
    return Object.fromEntries(workflowPhases.map((phase, index) => [phase, counts[index] ?? 0]));
  }

  async subscribeIndex(
    listener: (change: IndexChange) => void,
    onGap: () => void = () => {},
  ): Promise<() => Promise<void>> {
    const stop = await this.#subscriptions.subscribe(channels.workflowsIndexed, (message) => {
      for (const line of message.split("\n")) {
        const rest = line.slice(1);
        if (line.startsWith("+")) listener({ summary: JSON.parse(rest) as WorkflowSummary });
        else if (line.startsWith("-")) listener({ removedUid: rest });
      }
    });
    const stopGaps = this.#subscriptions.onReconnect(onGap);
    return async () => {
      stopGaps();
      await stop();
    };
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

const workflowPhases: readonly WorkflowPhase[] = ["", "Pending", "Running", "Succeeded", "Failed", "Error"];
