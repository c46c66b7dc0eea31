import { expect, test } from "vitest";
import { KeyedQueue } from "./keyed-queue.ts";

/** Work that the test ends by hand. */
function world(atOnceMax: number) {
  const running = new Map<string, () => void>();
  const started: string[] = [];
  const queue = new KeyedQueue(atOnceMax, (key) => {
    started.push(key);
    return new Promise((resolve) => running.set(key, resolve));
  });
  const finish = async (key: string): Promise<void> => {
    running.get(key)?.();
    running.delete(key);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, started, finish };
}

test("a key that comes again while it is worked on is worked on once more, however often it came", async () => {
  const { queue, started, finish } = world(4);
  for (const key of ["a", "a", "a"]) queue.add(key);
  expect(started).toEqual(["a"]);
  await finish("a");
  expect(started).toEqual(["a", "a"]);
  await finish("a");
  expect(started).toEqual(["a", "a"]);
});

test("no more at once than allowed; the others follow in order", async () => {
  const { queue, started, finish } = world(2);
  for (const key of ["a", "b", "c", "d"]) queue.add(key);
  expect(started).toEqual(["a", "b"]);
  await finish("b");
  expect(started).toEqual(["a", "b", "c"]);
});

test("a closed queue starts nothing any more", async () => {
  const { queue, started, finish } = world(1);
  queue.add("a");
  queue.add("b");
  queue.close();
  await finish("a");
  queue.add("c");
  expect(started).toEqual(["a"]);
});
