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
  /** Answers questions about the pool's tasks from now on; what it gives ends that. */
  readonly serveQuestions: (pool: string) => Promise<() => Promise<void>>;
  /** Each costs a connection that waits. */
  readonly pulledMax?: number;
}

/** A pool whose demands the agent meets. */
interface KnownPool {
  saidAtMs: number;
  /** The agent's Redis user has no rights on it. */
  isForbidden: boolean;
  /** It was empty so long after it was announced that nothing comes into it before it is announced again: it need not be looked at. */
  isQuiet: boolean;
  pulledSinceMs: number;
  /** Since when it has tasks and no place. */
  waitingSinceMs?: number | undefined;
  /** Present once the agent is known to have rights on it. */
  stopAnswering?: () => Promise<void>;
}

const pulledMaxDefault = 32;
const lookEveryMs = 30_000;
/** The clocks of those who announce may differ by this. */
const clockSkewMs = 600_000;
/** Longer than coordinators go on without announcing a pool anew, by clocks that differ: whoever puts a task into a pool given up so long after is heard. */
const idleAfterMs = 1_200_000;
/** What a pool with tasks may count on before it must make place for one that waits. */
const turnMs = 60_000;
/** Questions about its tasks are answered so long. */
const servedForMs = 7 * 24 * 3_600_000;

/**
 * Finds the pools whose demands an agent meets and pulls from those that are in use: from one that is announced at once, from one in which tasks
 * are found at the next look. One that stays empty is given up. More than a bound are not pulled from at once; where more are in use, they take turns.
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
    await Promise.all(Array.from(this.#known.values(), ({ stopAnswering }) => stopAnswering?.()));
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
      this.#pull(pool, known, await this.#hasPlace());
  }

  async #look(): Promise<void> {
    const { source, clock, pulled } = this.#options;
    const nowMs = clock.nowMs();
    for (const { pool, saidAtMs } of await source.list(this.#lookedAtMs - clockSkewMs)) this.#know(pool, saidAtMs);
    this.#lookedAtMs = nowMs;
    for (const pool of pulled.extraPools) {
      const known = this.#known.get(pool);
      if (known === undefined || known.saidAtMs >= nowMs - idleAfterMs || (await this.#count(pool)) !== 0) continue;
      known.isQuiet = true;
      pulled.retire(pool);
    }
    await this.#pullInTurn(await this.#findWaiting(nowMs));
  }

  /** Of the pools that are not pulled from: notes which have tasks, which are quiet, and forgets those that nobody has demanded for long. */
  async #findWaiting(nowMs: number): Promise<readonly (readonly [string, KnownPool])[]> {
    const waiting: (readonly [string, KnownPool])[] = [];
    for (const [pool, known] of this.#known) {
      if (this.#isPulled(pool)) continue;
      const isEmpty = known.isForbidden || known.isQuiet || ((await this.#count(pool)) ?? 0) === 0;
      if (!isEmpty) waiting.push([pool, known]);
      else {
        known.waitingSinceMs = undefined;
        known.isQuiet = known.saidAtMs < nowMs - idleAfterMs;
        if (known.saidAtMs >= nowMs - servedForMs) continue;
        this.#known.delete(pool);
        await known.stopAnswering?.();
      }
    }
    return waiting;
  }

  /** Pulls from as many as have a place, those first that have waited longest. */
  async #pullInTurn(waiting: readonly (readonly [string, KnownPool])[]): Promise<void> {
    const since = ([, { waitingSinceMs = Number.POSITIVE_INFINITY }]: readonly [string, KnownPool]): number =>
      waitingSinceMs;
    let hasPlace = true;
    for (const [pool, known] of waiting.toSorted((left, right) => since(left) - since(right))) {
      hasPlace = hasPlace && (await this.#hasPlace());
      this.#pull(pool, known, hasPlace);
    }
  }

  /** Notes a pool that was announced; undefined when the agent may not take its tasks. */
  #know(pool: string, saidAtMs: number): KnownPool | undefined {
    if (!servesPool(this.#options.agent, pool)) return undefined;
    const known = this.#known.get(pool) ?? { saidAtMs, isForbidden: false, isQuiet: false, pulledSinceMs: 0 };
    if (saidAtMs > known.saidAtMs) known.isQuiet = false;
    known.saidAtMs = Math.max(known.saidAtMs, saidAtMs);
    this.#known.set(pool, known);
    return known.isForbidden ? undefined : known;
  }

  #pull(pool: string, known: KnownPool, hasPlace: boolean): void {
    const { pulled, clock, logger } = this.#options;
    if (!hasPlace) {
      if (known.waitingSinceMs === undefined)
        logger.warn({ pool }, "a pool waits: as many others as an agent may pull from are in use");
      known.waitingSinceMs ??= clock.nowMs();
      return;
    }
    known.waitingSinceMs = undefined;
    known.pulledSinceMs = clock.nowMs();
    if (pulled.add(pool)) logger.info({ pool }, "tasks of one more pool are pulled: the agent is what it demands");
  }

  /** Is there a place for one more pool? An empty one gives up its own, or else the one that has had it longest. */
  async #hasPlace(): Promise<boolean> {
    const { pulled, clock, pulledMax = pulledMaxDefault } = this.#options;
    if (pulled.extraPools.length < pulledMax) return true;
    const bySaid = this.#pulledBy(({ saidAtMs }) => saidAtMs);
    for (const [pool] of bySaid) {
      if ((await this.#count(pool)) !== 0) continue;
      pulled.retire(pool);
      return true;
    }
    const [longest] = this.#pulledBy(({ pulledSinceMs }) => pulledSinceMs);
    if (longest === undefined || longest[1].pulledSinceMs > clock.nowMs() - turnMs) return false;
    const [pool, known] = longest;
    known.waitingSinceMs = clock.nowMs();
    pulled.retire(pool);
    return true;
  }

  #pulledBy(key: (known: KnownPool) => number): readonly (readonly [string, KnownPool])[] {
    return [...this.#known]
      .filter(([pool]) => this.#isPulled(pool))
      .sort(([, left], [, right]) => key(left) - key(right));
  }

  /** How many of a pool's tasks wait or run; undefined where the agent has no rights on it. */
  async #count(pool: string): Promise<number | undefined> {
    const { source, serveQuestions, logger } = this.#options;
    const known = this.#known.get(pool);
    try {
      const count = await source.countUnfinished(pool);
      if (known !== undefined) known.stopAnswering ??= await serveQuestions(pool);
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
