import type { WorkflowHeader, WorkflowHeaders } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";

export class RedisWorkflowHeaders implements WorkflowHeaders {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async read(shard: number, uid: string): ReturnType<WorkflowHeaders["read"]> {
    const [header, nodeCount] = await Promise.all([
      this.#redis.hget(keys.workflow(shard, uid), "header"),
      this.#redis.hlen(keys.workflowNodes(shard, uid)),
    ]);
    return header === null ? undefined : { header: JSON.parse(header) as WorkflowHeader, nodeCount };
  }
}
