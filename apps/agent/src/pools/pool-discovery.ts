import { type AgentPlace, servesPool } from "@capstan/core";
import type { DemandingPools, Subscriptions } from "@capstan/redis";
import type { Logger } from "../logger.ts";

export interface PoolDiscoveryOptions {
  readonly pools: DemandingPools;
  readonly subscriptions: Subscriptions;
  readonly agent: AgentPlace;
  /** Told of every pool that the agent may serve, perhaps more than once. */
  readonly onPool: (pool: string) => void;
  readonly logger: Logger;
}

const lookEveryMs = 30_000;

/** Finds the pools whose demands an agent meets: those that are there, and those that come. What it returns ends the search. */
export async function discoverPools(options: PoolDiscoveryOptions): Promise<() => Promise<void>> {
  const { pools, subscriptions, agent, onPool, logger } = options;
  const consider = (pool: string): void => {
    if (servesPool(agent, pool)) onPool(pool);
  };
  const look = async (): Promise<void> => {
    for (const pool of await pools.list()) consider(pool);
  };
  const stop = await pools.subscribe(subscriptions, consider);
  await look();
  // Notices can be lost.
  const timer = setInterval(() => {
    look().catch((error: unknown) => logger.warn({ error: String(error) }, "the list of pools could not be read"));
  }, lookEveryMs);
  return async () => {
    clearInterval(timer);
    await stop();
  };
}
