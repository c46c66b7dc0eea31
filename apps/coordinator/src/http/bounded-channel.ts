/** A queue between producers and one consumer that holds at most `capacity` items: a producer waits for room. */
export class BoundedChannel<T> {
  readonly #capacity: number;
  readonly #items: T[] = [];
  readonly #waitingProducers: (() => void)[] = [];
  #waitingConsumer: (() => void) | undefined;
  #closed = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Resolves when the item is in; false when the channel was closed before. */
  async push(item: T): Promise<boolean> {
    while (!this.#closed && this.#items.length >= this.#capacity) {
      await new Promise<void>((resolve) => this.#waitingProducers.push(resolve));
    }
    if (this.#closed) return false;
    this.#items.push(item);
    this.#waitingConsumer?.();
    return true;
  }

  /** What is in is still taken; nothing more comes in. */
  close(): void {
    this.#closed = true;
    this.#waitingConsumer?.();
    for (const resume of this.#waitingProducers.splice(0)) resume();
  }

  /** The next item; undefined at the end. */
  async take(): Promise<T | undefined> {
    while (this.#items.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#waitingConsumer = resolve;
      });
    }
    const item = this.#items.shift();
    this.#waitingProducers.shift()?.();
    return item;
  }
}
