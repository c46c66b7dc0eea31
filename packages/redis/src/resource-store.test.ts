import type { ResourceRef } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { RedisResourceStore } from "./resource-store.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
let store: RedisResourceStore;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "api");
});
beforeEach(async () => {
  await redis.flushall();
  store = new RedisResourceStore(redis);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const ref = (name: string, namespace = "default"): ResourceRef => ({ kind: "WorkflowTemplate", namespace, name });

test("a name is given once, and the object comes back as it was", async () => {
  const object = { metadata: { name: "a" }, spec: { text: "größer — ☃", list: [1, null, true] } };
  const created = await store.create(ref("a"), object);
  expect(created).toMatchObject({ ...ref("a"), object });
  expect(await store.create(ref("a"), { other: true })).toBeUndefined();
  expect(await store.get(ref("a"))).toEqual(created);
  expect(await store.get({ ...ref("a"), kind: "ConfigMap" })).toBeUndefined();
});

test("of two who create at once one wins", async () => {
  const results = await Promise.all([1, 2, 3, 4].map((by) => store.create(ref("a"), { by })));
  expect(results.filter((result) => result !== undefined)).toHaveLength(1);
});

test("replacing needs the object to be there, and to be the one that was read", async () => {
  expect(await store.replace(ref("a"), { n: 0 })).toBe("absent");
  const first = await store.create(ref("a"), { n: 1 });
  const second = await store.replace(ref("a"), { n: 2 }, first?.version);
  expect(second).toMatchObject({ object: { n: 2 } });
  expect(await store.replace(ref("a"), { n: 3 }, first?.version)).toBe("conflict");
  expect((await store.get(ref("a")))?.object).toEqual({ n: 2 });
  expect(await store.replace(ref("a"), { n: 4 })).toMatchObject({ object: { n: 4 } });
});

test("removes once", async () => {
  await store.create(ref("a"), {});
  expect(await store.remove(ref("a"))).toBe(true);
  expect(await store.remove(ref("a"))).toBe(false);
  expect((await store.list({ kind: "WorkflowTemplate", limit: 10 })).items).toEqual([]);
});

test("lists one namespace or all, in pages", async () => {
  for (const [name, namespace] of [
    ["b", "one"],
    ["a", "one"],
    ["c", "one-more"],
    ["d", "other"],
    ["e", "one"],
  ] as const) {
    await store.create(ref(name, namespace), { name });
  }
  const namesOf = async (namespace: string | undefined, limit: number): Promise<readonly string[]> => {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await store.list({
        kind: "WorkflowTemplate",
        limit,
        ...(namespace !== undefined && { namespace }),
        ...(token !== undefined && { continueToken: token }),
      });
      names.push(...page.items.map((item) => item.name));
      token = page.continueToken;
    } while (token !== undefined);
    return names;
  };
  expect(await namesOf("one", 10)).toEqual(["a", "b", "e"]);
  expect(await namesOf("one", 2)).toEqual(["a", "b", "e"]);
  expect(await namesOf("nowhere", 2)).toEqual([]);
  expect([...(await namesOf(undefined, 2))].sort()).toEqual(["a", "b", "c", "d", "e"]);
});
