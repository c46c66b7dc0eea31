import { isDispatched } from "../graph/phases.ts";
import type { AgentStatus } from "../ports/agent-directory.ts";
import type { NodeStatus } from "../status.ts";
import { serversOf } from "./pool-choice.ts";

/** Tasks of one workflow that wait in one pool, and who could take them. */
export interface WaitingPool {
  readonly pool: string;
  readonly tasks: number;
  /** Living agents that may take its tasks, those that drain included. */
  readonly agents: number;
  readonly draining: number;
}

/** More would be looked up in vain: people read a few. */
const poolsMax = 20;

/** The pools in which a workflow's tasks wait, the fullest first; of very many, those. */
export function waitingPools(
  nodes: Iterable<
    Pick<NodeStatus, "type" | "phase"> & { readonly attempt?: number | undefined; readonly pool?: string | undefined }
  >,
  agents: readonly AgentStatus[],
  defaultPool: string,
): readonly WaitingPool[] {
  const tasks = new Map<string, number>();
  for (const { type, phase, attempt = 0, pool = defaultPool } of nodes)
    if (isDispatched(type) && phase === "Pending" && attempt > 0) tasks.set(pool, (tasks.get(pool) ?? 0) + 1);
  const fullest = [...tasks].sort(([, left], [, right]) => right - left).slice(0, poolsMax);
  return fullest.map(([pool, count]) => {
    const serving = agents.filter(serversOf(pool));
    return {
      pool,
      tasks: count,
      agents: serving.length,
      draining: serving.filter(({ draining }) => draining).length,
    };
  });
}
