import {
  type AgentStatus,
  attemptName,
  explainBid,
  type NodeStatus,
  nodeIdOf,
  type PoolReading,
  type QueuedTask,
  type RetryWait,
  serversOf,
  type WorkflowReader,
} from "@capstan/core";
import type { z } from "zod";
import { limits } from "../limits.ts";
import type { poolView, queuedTaskView, retryView } from "./queue-schemas.ts";

/** A pool with the agents that serve it. */
export function toPoolView(reading: PoolReading, agents: readonly AgentStatus[]): z.infer<typeof poolView> {
  const serving = agents.filter(serversOf(reading.pool));
  const open = serving.filter(({ draining }) => !draining);
  const heardOfMs = Math.max(...serving.map(({ atMs }) => atMs));
  return {
    ...reading,
    agents: serving.length,
    draining: serving.length - open.length,
    room: open.reduce((sum, { room }) => sum + room, 0),
    ...(serving.length > 0 && { heardOfMs }),
  };
}

/** A task of a queue with its bid taken apart. */
export function toQueuedTaskView({ task, ...queued }: QueuedTask, nowMs: number): z.infer<typeof queuedTaskView> {
  if (task === undefined) return queued;
  const { namespace, workflowName: workflow, nodeId, nodeName, bid } = task;
  return { ...queued, namespace, workflow, nodeId, nodeName, bid: explainBid(bid, nowMs) };
}

/** A node between two attempts; undefined when it has gone on meanwhile. */
export async function toRetryView(
  wait: RetryWait,
  reader: WorkflowReader,
): Promise<z.infer<typeof retryView> | undefined> {
  const { shard, workflowUid, namespace, workflowName: workflow, nodeId, dueAtMs } = wait;
  const [node] = await reader.getNodes(shard, workflowUid, [nodeId]);
  if (node === undefined) return undefined;
  const attempts = await attemptsOf(wait, node, reader);
  const last = attempts.at(-1);
  return {
    ...{ namespace, workflow, nodeId, nodeName: node.name, attempts: attempts.length, dueAtMs },
    ...(last !== undefined && { lastAttemptId: last.id }),
    ...(last?.message !== undefined && { lastError: last.message }),
  };
}

const attemptsPerRead = 16;

/** Attempts have ids of their own names: they are asked for until there is no further one. */
async function attemptsOf(
  { shard, workflowUid, workflowName }: RetryWait,
  retry: NodeStatus,
  reader: WorkflowReader,
): Promise<readonly NodeStatus[]> {
  const found: NodeStatus[] = [];
  for (let from = 0; from < limits.attemptsCountedMax; from += attemptsPerRead) {
    const ids = Array.from({ length: attemptsPerRead }, (_, index) =>
      nodeIdOf(workflowName, attemptName(retry.name, from + index)),
    );
    const page = await reader.getNodes(shard, workflowUid, ids);
    found.push(...page);
    if (page.length < attemptsPerRead) break;
  }
  return found;
}
