import type { BulkRetry } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { RedisBulkRetryStore } from "./bulk-retry-store.ts";
import { createRedis, type RedisClient } from "./connection.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
let store: RedisBulkRetryStore;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "api");
});
beforeEach(async () => {
  await redis.flushall();
  store = new RedisBulkRetryStore(redis);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const aRetry = (id: string, createdAtMs = 1): BulkRetry => ({
  ...{ id, namespace: "ns", fingerprint: "f", createdAtMs, how: { kind: "retry", parameters: ["a=b"] } },
  ...{ phase: "canary", targets: [{ uid: "u", name: "w", state: "waiting" }] },
});

test("what is saved is read, by its id and by its cause, the latest first", async () => {
  await store.create(aRetry("one", 1));
  await store.create(aRetry("two", 2));
  expect(await store.get("one")).toEqual({ retry: aRetry("one", 1), version: 1 });
  expect((await store.list("ns", "f", 9)).map(({ id }) => id)).toEqual(["two", "one"]);
  expect([await store.list("ns", "f", 1), await store.list("other", "f", 9)]).toEqual([[aRetry("two", 2)], []]);
  expect(await store.get("none")).toBeUndefined();
  for (const key of await redis.keys("*retry*")) {
    if (!key.endsWith(":active")) expect(await redis.ttl(key)).toBeGreaterThan(0);
  }
});

test("of two who have read the same, one saves", async () => {
  await store.create(aRetry("one"));
  const halted: BulkRetry = { ...aRetry("one"), phase: "halted" };
  expect([await store.save(halted, 1), await store.save(aRetry("one"), 1)]).toEqual([true, false]);
  expect(await store.get("one")).toEqual({ retry: halted, version: 2 });
  await expect(store.create(aRetry("one"))).rejects.toThrow(/new/);
});

test("those in which there is something to do are known", async () => {
  await store.create(aRetry("one"));
  expect(await store.active()).toEqual(["one"]);
  await store.save({ ...aRetry("one"), phase: "done" }, 1);
  expect(await store.active()).toEqual([]);
});
