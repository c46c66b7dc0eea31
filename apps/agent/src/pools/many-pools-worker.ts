import type { PulledTask, TaskWorker } from "@capstan/core";

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
 * One agent's work for several pools: its own, and those whose demands it meets. They share its slots: the own pool may fill all that are
 * free, each of the others asks for one more than it has while any is free. So that none starves behind another's backlog, every pool may
 * hold one task even when no slot is free: an agent can have one task more than slots for each extra pool, until another's ends.
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
    let running = 0;
    for (const pool of [...this.#pools.values(), ...this.#retired]) running += pool.running;
    const extraRunning = running - (own?.running ?? 0);
    const isFree = running < this.#slots;
    for (const pool of this.#pools.values()) {
      const wanted = pool === own ? this.#slots - extraRunning : pool.running + (isFree ? 1 : 0);
      const share = this.#slots < 1 ? 0 : Math.max(1, wanted);
      if (share === pool.concurrency) continue;
      pool.concurrency = share;
      pool.worker.setConcurrency(share);
    }
  }
}
