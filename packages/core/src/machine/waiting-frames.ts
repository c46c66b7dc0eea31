/** Ids of frames that wait for a place, by the order of their nodes: whoever was created first is served first. */
export class WaitingFrames {
  readonly #heap: { readonly order: number; readonly id: string }[] = [];
  readonly #ids = new Set<string>();

  get size(): number {
    return this.#heap.length;
  }

  add(id: string, order: number): void {
    if (this.#ids.has(id)) return;
    this.#ids.add(id);
    const heap = this.#heap;
    let index = heap.length;
    heap.push({ order, id });
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (this.#orderAt(above) <= order) break;
      this.#swap(index, above);
      index = above;
    }
  }

  /** Takes out the id of lowest order. */
  take(): string | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return undefined;
    this.#ids.delete(first.id);
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sinkFirst();
    }
    return first.id;
  }

  clear(): void {
    this.#heap.length = 0;
    this.#ids.clear();
  }

  #sinkFirst(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      let least = index;
      if (this.#orderAt(left) < this.#orderAt(least)) least = left;
      if (this.#orderAt(left + 1) < this.#orderAt(least)) least = left + 1;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #orderAt(index: number): number {
    return this.#heap[index]?.order ?? Number.POSITIVE_INFINITY;
  }

  #swap(left: number, right: number): void {
    const leftEntry = this.#heap[left];
    const rightEntry = this.#heap[right];
    if (leftEntry === undefined || rightEntry === undefined) return;
    this.#heap[left] = rightEntry;
    this.#heap[right] = leftEntry;
  }
}
