import type { PulledTask, TaskWorker } from "@capstan/core";
import { expect, test } from "vitest";
import { ManyPoolsWorker } from "./many-pools-worker.ts";

/** A queue by hand: the test delivers, as many as the worker may hold. */
class FakeQueue implements TaskWorker {
  concurrency: number;
  held = 0;
  isClosed = false;
  #handler: ((pulled: PulledTask) => Promise<void>) | undefined;

  constructor(concurrency: number) {
    this.concurrency = concurrency;
  }

  run(handler: (pulled: PulledTask) => Promise<void>): void {
    this.#handler = handler;
  }

  setConcurrency(concurrency: number): void {
    this.concurrency = concurrency;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** Delivers one task if there is room; gives what ends it. */
  deliver(): (() => Promise<void>) | undefined {
    if (this.held >= this.concurrency || this.#handler === undefined) return undefined;
    this.held += 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = this.#handler({ ended: promise } as unknown as PulledTask);
    return async () => {
      resolve();
      await done;
      this.held -= 1;
    };
  }
}

function world(concurrency: number) {
  const queues = new Map<string, FakeQueue>();
  const open = (pool: string, slots: number): FakeQueue => {
    const queue = new FakeQueue(slots);
    queues.set(pool, queue);
    return queue;
  };
  const worker = new ManyPoolsWorker({ ownPool: "own", concurrency, open });
  worker.run((pulled) => (pulled as unknown as { ended: Promise<void> }).ended);
  const queue = (pool: string): FakeQueue => {
    const found = queues.get(pool);
    if (found === undefined) throw new Error(`${pool} is not open`);
    return found;
  };
  return { worker, queue };
}

test("the own pool alone has all slots, and its queue is left to count by itself", () => {
  const { queue } = world(3);
  expect(queue("own").concurrency).toBe(3);
  queue("own").deliver();
  expect(queue("own").concurrency).toBe(3);
});

test("slots are shared: what an extra pool holds the own one has less, and the other way round", async () => {
  const { worker, queue } = world(3);
  expect(worker.add("cluster=east")).toBe(true);
  expect(worker.add("cluster=east")).toBe(false);
  expect(queue("cluster=east").concurrency).toBe(1);
  const first = queue("cluster=east").deliver();
  expect([queue("own").concurrency, queue("cluster=east").concurrency]).toEqual([2, 2]);
  queue("own").deliver();
  queue("own").deliver();
  // Full: nobody gets more than he has.
  expect([queue("own").concurrency, queue("cluster=east").concurrency]).toEqual([2, 1]);
  await first?.();
  expect([queue("own").concurrency, queue("cluster=east").concurrency]).toEqual([3, 1]);
});

/** Ends tasks one after the other, in a pool that always has more of them and takes the next at once. */
async function replaceEach(queue: FakeQueue, ends: readonly ((() => Promise<void>) | undefined)[]): Promise<number> {
  let replaced = 0;
  for (const end of ends) {
    await end?.();
    if (queue.deliver() !== undefined) replaced += 1;
  }
  return replaced;
}

test("an extra pool is not starved by the own one's backlog: it gets a task at once, and the own one a slot less", async () => {
  const { worker, queue } = world(3);
  const ends = [1, 2, 3].map(() => queue("own").deliver());
  expect(queue("own").deliver()).toBeUndefined();
  worker.add("cluster=east");
  expect(queue("cluster=east").deliver()).toBeDefined();
  // One over, and no more.
  expect(queue("cluster=east").deliver()).toBeUndefined();
  expect(await replaceEach(queue("own"), ends)).toBe(2);
  expect([queue("own").held, queue("cluster=east").held]).toEqual([2, 1]);
});

test("the own pool is not starved by the backlog of an extra one", async () => {
  const { worker, queue } = world(4);
  worker.add("selector=a");
  const ends = [1, 2, 3, 4].map(() => queue("selector=a").deliver());
  expect(queue("selector=a").deliver()).toBeUndefined();
  expect(queue("own").concurrency).toBe(1);
  queue("own").deliver();
  expect(await replaceEach(queue("selector=a"), ends)).toBe(3);
  expect([queue("own").held, queue("selector=a").held]).toEqual([1, 3]);
  worker.setConcurrency(5);
  expect([queue("own").concurrency, queue("selector=a").concurrency]).toEqual([2, 4]);
});

test("a pool that is given up pulls no more, what it runs counts on, and it can come back at once", async () => {
  const { worker, queue } = world(2);
  worker.add("cluster=east");
  const end = queue("cluster=east").deliver();
  const givenUp = queue("cluster=east");
  worker.retire("cluster=east");
  expect([givenUp.isClosed, worker.extraPools, queue("own").concurrency]).toEqual([true, [], 1]);
  expect(worker.add("cluster=east")).toBe(true);
  expect(queue("cluster=east")).not.toBe(givenUp);
  await end?.();
  // More is given to him who has filled what he has.
  expect(queue("own").concurrency).toBe(1);
  queue("own").deliver();
  expect(queue("own").concurrency).toBe(2);
  worker.retire("own");
  expect(queue("own").isClosed).toBe(false);
});

test("no room at all stops every pool; closing closes every one and opens none", async () => {
  const { worker, queue } = world(2);
  worker.add("cluster=east");
  worker.setConcurrency(0);
  expect([queue("own").concurrency, queue("cluster=east").concurrency]).toEqual([0, 0]);
  await worker.close();
  expect([queue("own").isClosed, queue("cluster=east").isClosed]).toEqual([true, true]);
  expect(worker.add("cluster=west")).toBe(false);
});
