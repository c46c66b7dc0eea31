import type { IndexChange } from "@capstan/core";
import { beforeEach, expect, test } from "vitest";
import { ChangeFeed } from "./change-feed.ts";
import { FakeWorld } from "./testing/fake-world.ts";

const removed = { removedUid: "uid-1" };
const ignored = () => undefined;

let world: FakeWorld;
let feed: ChangeFeed;

beforeEach(async () => {
  world = new FakeWorld();
  feed = await ChangeFeed.open(world.dependencies().reader);
});

test("those who follow lists share one subscription, for as long as there are any", async () => {
  const told: IndexChange[][] = [[], []];
  const stops = await Promise.all(
    told.map((changes) => feed.listenIndex({ onChange: (change) => changes.push(change), onGap: ignored })),
  );
  expect(world.indexListenerCount).toBe(1);
  world.tellIndex(removed);
  expect(told).toEqual([[removed], [removed]]);
  await stops[0]?.();
  world.tellIndex(removed);
  expect(told.map((changes) => changes.length)).toEqual([1, 2]);
  await stops[1]?.();
  expect(world.indexListenerCount).toBe(0);
});

test("who comes while the last one goes is told", async () => {
  const stop = await feed.listenIndex({ onChange: ignored, onGap: ignored });
  const told: IndexChange[] = [];
  const [, stopSecond] = await Promise.all([
    stop(),
    feed.listenIndex({ onChange: (change) => told.push(change), onGap: ignored }),
  ]);
  world.tellIndex(removed);
  expect(told).toEqual([removed]);
  await stopSecond();
  expect(world.indexListenerCount).toBe(0);
});

test("a subscription that failed is tried again by the next one who follows", async () => {
  world.indexIsAway = true;
  await expect(feed.listenIndex({ onChange: ignored, onGap: ignored })).rejects.toThrow("away");
  world.indexIsAway = false;
  const told: IndexChange[] = [];
  await feed.listenIndex({ onChange: (change) => told.push(change), onGap: ignored });
  world.tellIndex(removed);
  expect(told).toEqual([removed]);
});

test("its end is the end of all subscriptions", async () => {
  await feed.listenIndex({ onChange: ignored, onGap: ignored });
  await feed.close();
  expect([world.listenerCount, world.indexListenerCount]).toEqual([0, 0]);
});
