/**
 * Runs a piece of work for each key, never two at once for the same key and not too many in all. A key that is added while its work
 * runs is worked on once more afterwards.
 */
export class KeyedQueue {
  readonly #work: (key: string) => Promise<void>;
  readonly #atOnceMax: number;
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();
  readonly #again = new Set<string>();
  #closed = false;

  /** `work` must not reject. */
  constructor(atOnceMax: number, work: (key: string) => Promise<void>) {
    this.#atOnceMax = atOnceMax;
    this.#work = work;
  }

  add(key: string): void {
    if (this.#closed) return;
    if (this.#running.has(key)) this.#again.add(key);
    else this.#waiting.add(key);
    this.#pump();
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#again.clear();
  }

  #pump(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#atOnceMax) return;
      this.#waiting.delete(key);
      this.#running.add(key);
      void this.#work(key).finally(() => {
        this.#running.delete(key);
        if (this.#again.delete(key)) this.#waiting.add(key);
        this.#pump();
      });
    }
  }
}
