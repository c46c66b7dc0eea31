/** Whole numbers, taken out smallest first. */
export class OrderedQueue {
  readonly #heap: number[] = [];

  get size(): number {
    return this.#heap.length;
  }

  peek(): number | undefined {
    return this.#heap[0];
  }

  add(value: number): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(value);
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (this.#at(above) <= value) return;
      this.#swap(index, above);
      index = above;
    }
  }

  take(): number | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || this.#heap.length === 0) return first;
    this.#heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      let least = index;
      if (this.#at(left) < this.#at(least)) least = left;
      if (this.#at(left + 1) < this.#at(least)) least = left + 1;
      if (least === index) return first;
      this.#swap(index, least);
      index = least;
    }
  }

  #at(index: number): number {
    return this.#heap[index] ?? Number.POSITIVE_INFINITY;
  }

  #swap(left: number, right: number): void {
    const value = this.#at(left);
    this.#heap[left] = this.#at(right);
    this.#heap[right] = value;
  }
}
