import {
  type AttemptReader,
  awaitsAttempt,
  hasAttemptStarted,
  type NodeStatus,
  shardOf,
  type Task,
} from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";

/** Reads one node of the workflow's hash: cheap however large the workflow is. */
export class RedisAttemptReader implements AttemptReader {
  readonly #redis: RedisClient;
  readonly #shardCount: number;

  constructor(redis: RedisClient, shardCount: number) {
    this.#redis = redis;
    this.#shardCount = shardCount;
  }

  async isWanted(task: Task): Promise<boolean> {
    return awaitsAttempt(await this.#read(task), task.attempt);
  }

  async hasStarted(task: Task): Promise<boolean> {
    return hasAttemptStarted(await this.#read(task), task.attempt);
  }

  async #read(task: Task): Promise<NodeStatus | undefined> {
    const shard = shardOf(task.namespace, task.workflowName, this.#shardCount);
    const text = await this.#redis.hget(keys.workflowNodes(shard, task.workflowUid), task.nodeId);
    return text === null ? undefined : (JSON.parse(text) as NodeStatus);
  }
}
