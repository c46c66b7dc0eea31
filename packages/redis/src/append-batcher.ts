/**
 * Joins what is given while a call is under way into the next call, so that many concurrent appends of an agent cost a few
 * round trips. One call at a time: the order of the items is the order in which they were given.
 */
export class AppendBatcher<Item, Id> {
  readonly #send: (items: readonly Item[]) => Promise<readonly Id[]>;
  readonly #itemsMax: number;
  #waiting: Waiting<Item, Id>[] = [];
  #sending = false;

  constructor(itemsMax: number, send: (items: readonly Item[]) => Promise<readonly Id[]>) {
    this.#itemsMax = itemsMax;
    this.#send = send;
  }

  /** Resolves with the ids of the items once they were sent. */
  append(items: readonly Item[]): Promise<readonly Id[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Id[]>();
    this.#waiting.push({ items, resolve, reject });
    if (!this.#sending) void this.#sendAll();
    return promise;
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    // Callers of the same turn join the first call.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#sendBatch(this.#takeBatch());
    this.#sending = false;
  }

  #takeBatch(): readonly Waiting<Item, Id>[] {
    let items = 0;
    let count = 0;
    // At least one, however large it is: what is appended together stays together.
    while (count < this.#waiting.length && (count === 0 || items < this.#itemsMax)) {
      items += this.#waiting[count]?.items.length ?? 0;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #sendBatch(batch: readonly Waiting<Item, Id>[]): Promise<void> {
    try {
      const ids = await this.#send(batch.flatMap((waiting) => waiting.items));
      let from = 0;
      for (const waiting of batch) {
        waiting.resolve(ids.slice(from, from + waiting.items.length));
        from += waiting.items.length;
      }
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }
}

interface Waiting<Item, Id> {
  readonly items: readonly Item[];
  resolve(ids: readonly Id[]): void;
  reject(error: unknown): void;
}
