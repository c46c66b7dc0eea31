import type { LeaseStore, ShardWakeups } from "@capstan/core";
import { ShardOwnership } from "./ownership.ts";
import { type ShardLag, ShardLoop } from "./shard-loop.ts";
import type { ShardPorts } from "./shard-ports.ts";
import { WorkflowCache } from "./workflow-cache.ts";

export interface CoordinatorPorts extends ShardPorts {
  readonly leases: LeaseStore;
  readonly wakeups: ShardWakeups;
}

/** One coordinator's shards, over ports only: the simulator runs this very code. */
export class Coordinator {
  readonly #ownership: ShardOwnership;
  readonly #cache: WorkflowCache;
  /** The latest holding of each shard; those of `shards` are held now. */
  readonly #loops = new Map<number, ShardLoop>();

  constructor(owner: string, shardCount: number, ports: CoordinatorPorts) {
    const { settings } = ports;
    this.#cache = new WorkflowCache(settings.cachedNodesMax);
    this.#ownership = new ShardOwnership({
      ...{ owner, shardCount, ttlMs: settings.leaseTtlMs, tickMs: settings.leaseTickMs },
      ...{ leases: ports.leases, wakeups: ports.wakeups, clock: ports.clock, logger: ports.logger },
      open: (lease) => {
        const loop = new ShardLoop(lease, ports, this.#cache);
        this.#loops.set(lease.shard, loop);
        return loop;
      },
    });
  }

  /** Resolves when its shards are taken; what others still hold follows as they let go. */
  start(): Promise<void> {
    return this.#ownership.start();
  }

  /** Commits and relays what is decided, then hands the shards over. */
  stop(graceMs: number): Promise<void> {
    return this.#ownership.stop(graceMs);
  }

  get shards(): readonly number[] {
    return this.#ownership.shards;
  }

  /** How far behind each of its shards is. */
  async lags(): Promise<readonly ShardLag[]> {
    const loops = this.shards.flatMap((shard) => this.#loops.get(shard) ?? []);
    return Promise.all(loops.map((loop) => loop.lag()));
  }

  get isSettled(): boolean {
    return this.#ownership.isSettled;
  }

  /** Nodes of workflows that are in memory. */
  get cachedNodeCount(): number {
    return this.#cache.nodeCount;
  }
}
