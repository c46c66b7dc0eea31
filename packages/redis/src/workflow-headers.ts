import type { WorkflowHeader, WorkflowHeaders } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";

export class RedisWorkflowHeaders implements WorkflowHeaders {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async read(shard: number, uid: string): ReturnType<WorkflowHeaders["read"]> {
    const [[header, version], nodeCount] = await Promise.all([
      this.#redis.hmget(keys.workflow(shard, uid), "header", "logId"),
      this.#redis.hlen(keys.workflowNodes(shard, uid)),
    ]);
    if (!header) return undefined;
    return { header: JSON.parse(header) as WorkflowHeader, nodeCount, version: version ?? "" };
  }
}
