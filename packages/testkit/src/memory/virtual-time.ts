import type { Clock } from "@capstan/core";

interface Appointment {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that passes only when told: the one order in which everything happens. Between two appointments all promises settle. */
export class VirtualTime implements Clock {
  #nowMs: number;
  #order = 0;
  /** A binary heap by time, then by order. */
  readonly #heap: Appointment[] = [];

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.schedule(delayMs, resolve);
      signal?.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  schedule(delayMs: number, run: () => void): void {
    const appointment = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#heap.push(appointment);
    this.#siftUp(this.#heap.length - 1);
  }

  get nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  /** Lets the next thing happen; false when nothing is left. */
  async step(): Promise<boolean> {
    const next = this.#pop();
    if (next === undefined) return false;
    this.#nowMs = next.atMs;
    next.run();
    await settled();
    return true;
  }

  /** Lets everything happen that is due within the time. */
  async advance(durationMs: number): Promise<void> {
    await settled();
    const untilMs = this.#nowMs + durationMs;
    while ((this.nextAtMs ?? Number.POSITIVE_INFINITY) <= untilMs) await this.step();
    this.#nowMs = untilMs;
  }

  #pop(): Appointment | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.#heap[0] = last;
    this.#siftDown();
    return first;
  }

  #siftUp(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLater(parent, index)) return;
      index = parent;
    }
  }

  #siftDown(): void {
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = this.#isLater(left, right) ? right : left;
      if (!this.#swapIfLater(index, child)) return;
      index = child;
    }
  }

  #swapIfLater(upper: number, lower: number): boolean {
    const [above, below] = [this.#heap[upper], this.#heap[lower]];
    if (above === undefined || below === undefined || !this.#isLater(upper, lower)) return false;
    this.#heap[upper] = below;
    this.#heap[lower] = above;
    return true;
  }

  #isLater(leftIndex: number, rightIndex: number): boolean {
    const [left, right] = [this.#heap[leftIndex], this.#heap[rightIndex]];
    if (left === undefined || right === undefined) return false;
    return left.atMs === right.atMs ? left.order > right.order : left.atMs > right.atMs;
  }
}

/** Resolves when every promise that can settle without an appointment has. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
