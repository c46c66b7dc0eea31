import type { Clock } from "@capstan/core";
import type { VirtualTime } from "../memory/virtual-time.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";

/** What the simulator throws where a connection fails. */
export class ConnectionLostError extends Error {
  constructor(call: string) {
    super(`connection lost during ${call}`);
  }
}

/** A promise of a process that is no more: nobody waits for it. */
function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}

/**
 * A process in virtual time. What it calls travels over a network that delays, repeats and loses; it may be paused and
 * sleep through its leases, and it may die at any call: its code then stops for good, wherever it was.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly clock: Clock;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #faults: () => Faults;
  #isAlive = true;
  #pausedUntilMs = 0;
  #onDeath: () => void;

  constructor(options: {
    readonly name: string;
    readonly time: VirtualTime;
    readonly random: Random;
    readonly faults: () => Faults;
    readonly onDeath?: () => void;
  }) {
    this.name = options.name;
    this.#time = options.time;
    this.#random = options.random;
    this.#faults = options.faults;
    this.#onDeath = options.onDeath ?? (() => undefined);
    this.clock = {
      nowMs: () => this.#time.nowMs(),
      sleep: (delayMs, signal) => this.#sleep(delayMs, signal),
    };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  kill(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#onDeath();
  }

  /** Nothing in the process happens for the time: a long garbage collection, a suspended machine. */
  pause(durationMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#time.nowMs() + durationMs);
  }

  /** Runs something inside the process, later. */
  later(delayMs: number, run: () => void): void {
    this.#time.schedule(delayMs, () => {
      if (!this.#isAlive) return;
      const pauseMs = this.#pausedUntilMs - this.#time.nowMs();
      if (pauseMs > 0) this.later(pauseMs, run);
      else run();
    });
  }

  /** Tells the process something that may be late or get lost. */
  notify(run: () => void): void {
    if (!this.#random.chance(this.#faults().noticeLossProbability)) this.later(this.#latencyMs(), run);
  }

  /** The port as the process reaches it: every asynchronous method is a call over the network. Methods named `local` are not. */
  connect<T extends object>(port: T, local: readonly (keyof T)[] = []): T {
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        const call = (...args: unknown[]): unknown => Reflect.apply(method, target, args);
        if (local.includes(name as keyof T)) return call;
        return (...args: unknown[]) => this.#call(String(name), async () => call(...args));
      },
    });
  }

  #call(name: string, effect: () => Promise<unknown>): Promise<unknown> {
    const faults = this.#faults();
    if (this.#random.chance(faults.crashProbability / 2)) this.kill();
    if (!this.#isAlive) return never();
    const fails = this.#random.chance(faults.errorProbability);
    const takesEffect = !fails || this.#random.chance(0.5);
    const repeats = takesEffect && this.#random.chance(faults.repeatProbability);
    return new Promise((resolve, reject) => {
      const answer = (result: Promise<unknown>): void => {
        if (this.#random.chance(faults.crashProbability / 2)) this.kill();
        this.later(this.#latencyMs(), () => {
          if (fails) reject(new ConnectionLostError(name));
          else result.then(resolve, reject);
        });
      };
      // On its way the call no longer depends on the process.
      this.#time.schedule(this.#latencyMs(), () => {
        const first = takesEffect ? effect() : Promise.resolve();
        first.catch(() => undefined);
        if (!repeats) return answer(first);
        this.#time.schedule(this.#latencyMs(), () => answer(effect()));
      });
    });
  }

  #sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (!this.#isAlive) return never();
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.later(delayMs, resolve);
      signal?.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #latencyMs(): number {
    const { latencyMs, slowProbability, slowMs } = this.#faults();
    const [least, most] = this.#random.chance(slowProbability) ? slowMs : latencyMs;
    return this.#random.between(least, most);
  }
}
