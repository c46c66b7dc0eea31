import type { WaitingPool } from "@capstan/core";

/** A line for every pool in which tasks wait for an agent that does not come by itself. */
export function renderWaiting(pools: readonly WaitingPool[]): readonly string[] {
  return pools.flatMap(({ pool, tasks, agents, draining }) => {
    if (agents > draining) return [];
    const waiting = tasks === 1 ? "1 step waits" : `${tasks} steps wait`;
    if (agents === 0) return [`${waiting}: no agent serves ${pool}`];
    return [`${waiting}: every agent that serves ${pool} was drained (capstan agent uncordon)`];
  });
}
