import type { Clock, Lease, LeaseStore, ShardWakeups } from "@capstan/core";
import type { Logger } from "../logger.ts";
import { ownerOf } from "./rendezvous.ts";
import type { ShardEnd } from "./shard-loop.ts";

/** A shard's life, as ownership begins and ends it. */
export interface ShardHolding {
  readonly ended: Promise<ShardEnd>;
  wake(): void;
  stop(): Promise<ShardEnd>;
  abandon(): void;
}

export interface OwnershipOptions {
  readonly owner: string;
  readonly shardCount: number;
  readonly leases: LeaseStore;
  readonly wakeups: ShardWakeups;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ttlMs: number;
  readonly tickMs: number;
  readonly open: (lease: Lease) => ShardHolding;
}

interface Held {
  readonly lease: Lease;
  readonly holding: ShardHolding;
  /** By our own clock: past this the lease may be another's. */
  validUntilMs: number;
  leaving: Promise<void> | undefined;
}

/** How long abandoned shards are waited for, so that their leases are given back. */
const releaseWithinMs = 1_000;

/** Keeps this coordinator's share of the shards: says that it lives, takes, renews and hands over leases. */
export class ShardOwnership {
  readonly #options: OwnershipOptions;
  readonly #held = new Map<number, Held>();
  readonly #stop = new AbortController();
  #ticking: Promise<void> = Promise.resolve();
  #unsubscribe: (() => Promise<void>) | undefined;
  #isSettled = false;

  constructor(options: OwnershipOptions) {
    this.#options = options;
  }

  /** Resolves when the first share of shards is taken. */
  async start(): Promise<void> {
    this.#unsubscribe = await this.#options.wakeups.subscribe((shard) => this.#held.get(shard)?.holding.wake());
    await this.#tick();
    this.#ticking = this.#keepTicking();
  }

  get shards(): readonly number[] {
    return [...this.#held.keys()].sort((left, right) => left - right);
  }

  /** True while every shard that is this coordinator's is in its hands, as of the last look. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /**
   * Hands everything over: what is decided is committed and relayed. What takes longer than graceMs is abandoned, and a store that does not even
   * answer then is not waited for: the leases run out by themselves.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stop.abort();
    const leaving = this.#leave();
    if (await this.#within(leaving, graceMs)) return;
    for (const { holding } of this.#held.values()) holding.abandon();
    if (!(await this.#within(leaving, releaseWithinMs)))
      this.#options.logger.warn({ shards: this.shards }, "stopped without an answer of the store: leases run out");
  }

  async #leave(): Promise<void> {
    await this.#unsubscribe?.();
    await this.#ticking;
    // Said first, so that the others take each shard as soon as it is released.
    await this.#options.leases.leave(this.#options.owner);
    await Promise.all([...this.#held.values()].map((held) => this.#handOver(held)));
  }

  /** False when the work has not ended in time; its failure is the caller's. */
  async #within(work: Promise<void>, limitMs: number): Promise<boolean> {
    const ended = new AbortController();
    const late = this.#options.clock.sleep(limitMs, ended.signal).then(() => false);
    try {
      return await Promise.race([work.then(() => true), late]);
    } finally {
      ended.abort();
    }
  }

  async #keepTicking(): Promise<void> {
    const { clock, logger, tickMs } = this.#options;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(tickMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      try {
        await this.#tick();
      } catch (error) {
        this.#isSettled = false;
        logger.warn({ error: String(error) }, "leases not looked after, will retry");
      }
    }
  }

  async #tick(): Promise<void> {
    const { leases, owner, shardCount, ttlMs } = this.#options;
    this.#dropExpired();
    const [living] = await Promise.all([leases.heartbeat(owner, ttlMs), this.#renewAll()]);
    const changes: Promise<void>[] = [];
    for (let shard = 0; shard < shardCount; shard++) {
      const held = this.#held.get(shard);
      const isOurs = ownerOf(shard, living) === owner;
      if (isOurs && held === undefined) changes.push(this.#take(shard));
      // Not awaited: a shard that takes long to finish must not keep the others from being renewed.
      else if (!isOurs && held !== undefined) void this.#handOver(held);
    }
    await Promise.all(changes);
    this.#isSettled = [...Array(shardCount).keys()].every(
      (shard) => ownerOf(shard, living) !== owner || this.#held.has(shard),
    );
  }

  /** A process that slept past its leases must not wait for an answer to know that they are gone. */
  #dropExpired(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const held of this.#held.values()) {
      if (nowMs >= held.validUntilMs) this.#drop(held, "the lease ran out before it was renewed");
    }
  }

  async #renewAll(): Promise<void> {
    const { leases, clock, ttlMs } = this.#options;
    await Promise.all(
      [...this.#held.values()].map(async (held) => {
        const askedAtMs = clock.nowMs();
        if (await leases.renew(held.lease, ttlMs)) {
          held.validUntilMs = askedAtMs + ttlMs;
          return;
        }
        this.#drop(held, "the lease is lost");
      }),
    );
  }

  async #take(shard: number): Promise<void> {
    const { leases, clock, owner, ttlMs, logger, open } = this.#options;
    const askedAtMs = clock.nowMs();
    const lease = await leases.acquire(shard, owner, ttlMs);
    if (lease === undefined) return;
    logger.debug({ shard, token: lease.token }, "shard taken");
    const holding = open(lease);
    const held: Held = { lease, holding, validUntilMs: askedAtMs + ttlMs, leaving: undefined };
    this.#held.set(shard, held);
    void holding.ended.then(() => this.#forget(held));
  }

  #handOver(held: Held): Promise<void> {
    held.leaving ??= this.#stopAndRelease(held);
    return held.leaving;
  }

  async #stopAndRelease(held: Held): Promise<void> {
    const { logger, leases } = this.#options;
    const end = await held.holding.stop();
    this.#forget(held);
    try {
      // Of a lease that is another's by now the release is refused.
      await leases.release(held.lease);
      logger.debug({ shard: held.lease.shard, end }, "shard handed over");
    } catch (error) {
      // It runs out by itself.
      logger.warn({ shard: held.lease.shard, error: String(error) }, "lease not released");
    }
  }

  #drop(held: Held, why: string): void {
    this.#options.logger.warn({ shard: held.lease.shard, token: held.lease.token }, why);
    held.holding.abandon();
    this.#forget(held);
  }

  #forget(held: Held): void {
    if (this.#held.get(held.lease.shard) === held) this.#held.delete(held.lease.shard);
  }
}
