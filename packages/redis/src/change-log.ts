import type { ChangePage, NodeStatus, WorkflowChange, WorkflowHeader } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { fieldOf, rangeAfter, type StreamEntry } from "./stream.ts";

/** Changes after an id. Every entry names the one before it, so a gap is noticed however it came about. */
export async function readChangePage(
  redis: RedisClient,
  shard: number,
  uid: string,
  afterId: string,
  count: number,
): Promise<ChangePage> {
  // Together, or a commit between the two would look like a gap.
  const replies = await redis
    .multi()
    .xrange(keys.workflowLog(shard, uid), rangeAfter(afterId), "+", "COUNT", count)
    .hget(keys.workflow(shard, uid), "logId")
    .exec();
  const [[readError, read], [headError, newestId]] = [replies?.[0] ?? [null, []], replies?.[1] ?? [null, null]];
  if (readError ?? headError) throw readError ?? headError;
  const entries = read as readonly StreamEntry[];
  const first = entries[0];
  if (first === undefined) {
    // The log of a finished workflow expires before the workflow does.
    return { changes: [], missed: afterId !== "" && typeof newestId === "string" && newestId !== afterId };
  }
  return { changes: entries.map(toChange), missed: afterId !== "" && fieldOf(first, "p") !== afterId };
}

export async function newestChangeId(redis: RedisClient, shard: number, uid: string): Promise<string> {
  return (await redis.hget(keys.workflow(shard, uid), "logId")) ?? "";
}

function toChange(entry: StreamEntry): WorkflowChange {
  const [id, fields] = entry;
  const nodes: NodeStatus[] = [];
  const removedNodeIds: string[] = [];
  let header: WorkflowHeader | undefined;
  let deleted = false;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const value = fields[index + 1] ?? "";
    switch (fields[index]) {
      case "h":
        header = JSON.parse(value) as WorkflowHeader;
        break;
      case "n":
        nodes.push(JSON.parse(value) as NodeStatus);
        break;
      case "r":
        removedNodeIds.push(value);
        break;
      case "d":
        deleted = true;
        break;
    }
  }
  return { id, ...(header === undefined ? {} : { header }), nodes, removedNodeIds, deleted };
}
