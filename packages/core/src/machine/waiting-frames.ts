import { OrderedQueue } from "../graph/ordered-queue.ts";

/** Ids of frames that wait for a place, by the order of their nodes: whoever was created first is served first. */
export class WaitingFrames {
  readonly #orders = new OrderedQueue();
  readonly #ids = new Map<number, string>();

  get size(): number {
    return this.#ids.size;
  }

  add(id: string, order: number): void {
    if (this.#ids.has(order)) return;
    this.#ids.set(order, id);
    this.#orders.add(order);
  }

  /** Takes out the id of lowest order. */
  take(): string | undefined {
    const order = this.#orders.take();
    if (order === undefined) return undefined;
    const id = this.#ids.get(order);
    this.#ids.delete(order);
    return id;
  }
}
