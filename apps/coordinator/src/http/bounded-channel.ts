/** Nothing came for a while. */
export const idle: unique symbol = Symbol("idle");

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

  /** The next item; undefined at the end; `idle` when `patience` resolves before there is one. */
  async take(patience: () => Promise<void>): Promise<T | typeof idle | undefined> {
    while (this.#items.length === 0 && !this.#closed) {
      const arrived = new Promise<"arrived">((resolve) => {
        this.#waitingConsumer = () => resolve("arrived");
      });
      const first = await Promise.race([arrived, patience()]);
      if (first !== "arrived" && this.#items.length === 0 && !this.#closed) return idle;
    }
    const item = this.#items.shift();
    this.#waitingProducers.shift()?.();
    return item;
  }
}
