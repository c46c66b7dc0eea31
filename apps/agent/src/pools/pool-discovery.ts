import { type AgentPlace, type Clock, servesPool } from "@capstan/core";
import type { DemandingPool } from "@capstan/redis";
import type { Logger } from "../logger.ts";

/** Where pools are announced, and what is in them. */
export interface PoolSource {
  list(sinceMs: number): Promise<readonly DemandingPool[]>;
  countUnfinished(pool: string): Promise<number>;
  /** Notices may be lost. */
  subscribe(listener: (pool: string) => void): Promise<() => Promise<void>>;
}

/** The extra pools that are pulled from. */
export interface PulledPools {
  readonly extraPools: readonly string[];
  add(pool: string): boolean;
  retire(pool: string): void;
}

export interface PoolDiscoveryOptions {
  readonly source: PoolSource;
  readonly pulled: PulledPools;
  readonly agent: AgentPlace;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Answers requests for logs of the pool's tasks from now on; what it gives ends that. */
  readonly serveLogs: (pool: string) => Promise<() => Promise<void>>;
  /** Each costs a connection that waits. */
  readonly pulledMax?: number;
}

/** A pool whose demands the agent meets. */
interface KnownPool {
  saidAtMs: number;
  /** The agent's Redis user has no rights on it. */
  isForbidden: boolean;
  isWaiting: boolean;
  /** Present once it is known to have them. */
  stopLogs?: Promise<() => Promise<void>>;
}

const pulledMaxDefault = 32;
const lookEveryMs = 30_000;
/** The clocks of those who announce may differ by this. */
const clockSkewMs = 600_000;
/** Longer than coordinators go on without announcing a pool anew: whoever puts a task into a pool given up so long after is heard. */
const idleAfterMs = 900_000;
/** Logs of its tasks are served so long. */
const servedForMs = 7 * 24 * 3_600_000;

/**
 * Finds the pools whose demands an agent meets and pulls from those that are in use: from one that is announced at once, from one in which tasks
 * are found at the next look. One that stays empty is given up. More than a bound are not pulled from at once; the rest wait for a place.
 */
export class PoolDiscovery {
  readonly #options: PoolDiscoveryOptions;
  readonly #known = new Map<string, KnownPool>();
  readonly #stop = new AbortController();
  #unsubscribe: () => Promise<void> = async () => undefined;
  #lookedAtMs = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(options: PoolDiscoveryOptions) {
    this.#options = options;
  }

  /** Resolves when the pools that are in use are pulled from and new ones are heard of. */
  async start(): Promise<void> {
    this.#unsubscribe = await this.#options.source.subscribe((pool) => void this.#inTurn(() => this.#heard(pool)));
    await this.#inTurn(() => this.#look());
    void this.#lookAgain();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#unsubscribe();
    await Promise.all(Array.from(this.#known.values(), stopServing));
  }

  async #lookAgain(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#options.clock.sleep(lookEveryMs, signal);
      await this.#inTurn(() => this.#look());
    }
  }

  /** One thing after the other: what is counted must still hold when it is acted on. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      try {
        if (!this.#stop.signal.aborted) await step();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#options.logger.warn({ error: String(error) }, "the pools that are announced could not be read");
      }
    });
    return this.#work;
  }

  async #heard(pool: string): Promise<void> {
    const known = this.#know(pool, this.#options.clock.nowMs());
    // Its tasks follow the announcement; the count only asks whether the agent has rights on it.
    if (known !== undefined && !this.#isPulled(pool) && (await this.#count(pool)) !== undefined)
      await this.#pull(pool, known);
  }

  async #look(): Promise<void> {
    const { source, clock, pulled } = this.#options;
    const nowMs = clock.nowMs();
    for (const { pool, saidAtMs } of await source.list(this.#lookedAtMs - clockSkewMs)) this.#know(pool, saidAtMs);
    this.#lookedAtMs = nowMs;
    for (const pool of pulled.extraPools) {
      const isIdle = (this.#known.get(pool)?.saidAtMs ?? 0) < nowMs - idleAfterMs;
      if (isIdle && (await this.#count(pool)) === 0) pulled.retire(pool);
    }
    for (const [pool, known] of this.#known) {
      if (this.#isPulled(pool)) continue;
      const count = known.isForbidden ? 0 : ((await this.#count(pool)) ?? 0);
      if (count > 0) await this.#pull(pool, known);
      else if (known.saidAtMs < nowMs - servedForMs) {
        this.#known.delete(pool);
        await stopServing(known);
      }
    }
  }

  /** Notes a pool that was announced; undefined when the agent may not take its tasks. */
  #know(pool: string, saidAtMs: number): KnownPool | undefined {
    if (!servesPool(this.#options.agent, pool)) return undefined;
    const known = this.#known.get(pool) ?? { saidAtMs, isForbidden: false, isWaiting: false };
    known.saidAtMs = Math.max(known.saidAtMs, saidAtMs);
    this.#known.set(pool, known);
    return known.isForbidden ? undefined : known;
  }

  async #pull(pool: string, known: KnownPool): Promise<void> {
    const { pulled, pulledMax = pulledMaxDefault, logger } = this.#options;
    if (pulled.extraPools.length >= pulledMax && !(await this.#makePlace())) {
      if (!known.isWaiting)
        logger.warn({ pool, pulledMax }, "a pool waits: as many others as an agent may pull from are in use");
      known.isWaiting = true;
      return;
    }
    known.isWaiting = false;
    if (pulled.add(pool)) logger.info({ pool }, "tasks of one more pool are pulled: the agent is what it demands");
  }

  /** Gives up the empty pool that was announced longest ago. */
  async #makePlace(): Promise<boolean> {
    const { pulled } = this.#options;
    const saidAtMs = (pool: string): number => this.#known.get(pool)?.saidAtMs ?? 0;
    for (const pool of pulled.extraPools.toSorted((left, right) => saidAtMs(left) - saidAtMs(right))) {
      if ((await this.#count(pool)) !== 0) continue;
      pulled.retire(pool);
      return true;
    }
    return false;
  }

  /** How many of a pool's tasks wait or run; undefined where the agent has no rights on it. */
  async #count(pool: string): Promise<number | undefined> {
    const { source, serveLogs, logger } = this.#options;
    const known = this.#known.get(pool);
    try {
      const count = await source.countUnfinished(pool);
      if (known !== undefined) {
        known.stopLogs ??= serveLogs(pool);
        await known.stopLogs;
      }
      return count;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOPERM")) throw error;
      if (known !== undefined) known.isForbidden = true;
      logger.warn({ pool }, "the agent is what a pool demands, but its Redis user has no rights there (agent acl)");
      return undefined;
    }
  }

  #isPulled(pool: string): boolean {
    return this.#options.pulled.extraPools.includes(pool);
  }
}

async function stopServing({ stopLogs }: KnownPool): Promise<void> {
  const [stop] = await Promise.allSettled([stopLogs]);
  if (stop.status === "fulfilled") await stop.value?.();
}
