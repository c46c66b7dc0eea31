import type { PulledTask, TaskWorker } from "@capstan/core";
import { shareSlots } from "./slot-shares.ts";

export interface ManyPoolsOptions {
  /** The agent's own pool, from which most of its tasks come. */
  readonly ownPool: string;
  /** Tasks at once, over all pools. */
  readonly concurrency: number;
  /** A worker on one pool's queue that may hold so many tasks. */
  readonly open: (pool: string, concurrency: number) => TaskWorker;
}

interface PoolWorker {
  readonly worker: TaskWorker;
  running: number;
  concurrency: number;
}

type Handler = (pulled: PulledTask) => Promise<void>;

/**
 * One agent's work for several pools: its own, and those whose demands it meets. They share its slots (`shareSlots`): an agent can have one task
 * more than slots for each extra pool, until another's ends.
 */
export class ManyPoolsWorker implements TaskWorker {
  readonly #options: ManyPoolsOptions;
  readonly #pools = new Map<string, PoolWorker>();
  /** Pulled from no more; what they still run counts. */
  readonly #retired = new Set<PoolWorker>();
  #slots: number;
  #handler: Handler | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ManyPoolsOptions) {
    this.#options = options;
    this.#slots = options.concurrency;
    this.#open(options.ownPool);
  }

  /** The pools besides its own that are pulled from now. */
  get extraPools(): readonly string[] {
    return [...this.#pools.keys()].filter((pool) => pool !== this.#options.ownPool);
  }

  run(handler: Handler): void {
    this.#handler = handler;
    for (const pool of this.#pools.values()) this.#run(pool, handler);
  }

  /** Pulls from one more pool; nothing when it does already. */
  add(pool: string): boolean {
    if (this.#closing !== undefined || this.#pools.has(pool)) return false;
    const opened = this.#open(pool);
    if (this.#handler !== undefined) this.#run(opened, this.#handler);
    this.#share();
    return true;
  }

  /** Pulls from an extra pool no more; what of it runs here goes on. */
  retire(pool: string): void {
    const retired = this.#pools.get(pool);
    if (this.#closing !== undefined || retired === undefined || pool === this.#options.ownPool) return;
    this.#pools.delete(pool);
    this.#retired.add(retired);
    const forget = (): void => void this.#retired.delete(retired);
    retired.worker.close().then(forget, forget);
    this.#share();
  }

  setConcurrency(concurrency: number): void {
    this.#slots = concurrency;
    this.#share();
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all(
      Array.from([...this.#pools.values(), ...this.#retired], ({ worker }) => worker.close()),
    ).then(() => undefined);
    return this.#closing;
  }

  #open(pool: string): PoolWorker {
    const concurrency = pool === this.#options.ownPool ? this.#slots : Math.min(1, this.#slots);
    const opened = { worker: this.#options.open(pool, concurrency), running: 0, concurrency };
    this.#pools.set(pool, opened);
    return opened;
  }

  #run(pool: PoolWorker, handler: Handler): void {
    pool.worker.run(async (pulled) => {
      pool.running += 1;
      this.#share();
      try {
        await handler(pulled);
      } finally {
        pool.running -= 1;
        this.#share();
      }
    });
  }

  /** Gives every queue its share anew. With the own pool alone, which is the usual case, its queue counts by itself. */
  #share(): void {
    if (this.#closing !== undefined) return;
    const own = this.#pools.get(this.#options.ownPool);
    const extras = [...this.#pools.values()].filter((pool) => pool !== own);
    const shares = shareSlots(this.#slots, {
      own: own?.running ?? 0,
      extras: extras.map(({ running }) => running),
      retired: Array.from(this.#retired, ({ running }) => running).reduce((sum, running) => sum + running, 0),
    });
    if (own !== undefined) setShare(own, shares.own);
    for (const [index, pool] of extras.entries()) setShare(pool, shares.extras[index] ?? 0);
  }
}

/** Less holds at once. More is a matter of who has filled what he has: to look at its room again costs a queue some calls. */
function setShare(pool: PoolWorker, share: number): void {
  if (share === pool.concurrency || (share > pool.concurrency && pool.running < pool.concurrency)) return;
  pool.concurrency = share;
  pool.worker.setConcurrency(share);
}
