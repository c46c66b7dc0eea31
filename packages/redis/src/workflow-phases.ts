import { shardOf, type WorkflowHeader, type WorkflowPhase, type WorkflowPhases } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";

/** Reads the headers of workflows and nothing else of them; ioredis sends the reads of one call together. */
export class RedisWorkflowPhases implements WorkflowPhases {
  readonly #redis: RedisClient;
  readonly #shardCount: number;

  constructor(redis: RedisClient, shardCount: number) {
    this.#redis = redis;
    this.#shardCount = shardCount;
  }

  phasesOf(workflows: Parameters<WorkflowPhases["phasesOf"]>[0]): Promise<readonly (WorkflowPhase | "absent")[]> {
    return Promise.all(
      workflows.map(async ({ namespace, name, uid }) => {
        const shard = shardOf(namespace, name, this.#shardCount);
        const header = await this.#redis.hget(keys.workflow(shard, uid), "header");
        return header === null ? "absent" : (JSON.parse(header) as WorkflowHeader).phase;
      }),
    );
  }
}
