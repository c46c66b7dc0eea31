import type { ResourceRef, ResourceStore } from "@capstan/core";
import { beforeEach, describe, expect, test } from "vitest";

/** What every ResourceStore must do. `create` gives an empty one for each test. */
export function runResourceStoreSuite(suite: { readonly create: () => Promise<ResourceStore> }): void {
  describe("a resource store", () => {
    let store: ResourceStore;
    beforeEach(async () => {
      store = await suite.create();
    });

    writingTests(() => store);
    listTests(() => store);
  });
}

const ref = (name: string, namespace = "default"): ResourceRef => ({ kind: "WorkflowTemplate", namespace, name });

function writingTests(store: () => ResourceStore): void {
  test("a name is given once, and the object comes back as it was", async () => {
    const object = { metadata: { name: "a" }, spec: { text: "größer — ☃", list: [1, null, true] } };
    const created = await store().create(ref("a"), object);
    expect(created).toMatchObject({ ...ref("a"), object });
    expect(await store().create(ref("a"), { metadata: { name: "a" }, spec: {} })).toBeUndefined();
    expect(await store().get(ref("a"))).toEqual(created);
    expect(await store().get({ ...ref("a"), kind: "ConfigMap" })).toBeUndefined();
  });

  test("of two who create at once one wins", async () => {
    const results = await Promise.all([1, 2, 3, 4].map((by) => store().create(ref("a"), { spec: { by } })));
    expect(results.filter((result) => result !== undefined)).toHaveLength(1);
  });

  test("replacing needs the object to be there, and to be the one that was read", async () => {
    expect(await store().replace(ref("a"), { spec: { n: 0 } })).toBe("absent");
    const first = await store().create(ref("a"), { spec: { n: 1 } });
    const second = await store().replace(ref("a"), { spec: { n: 2 } }, first?.version);
    expect(second).toMatchObject({ object: { spec: { n: 2 } } });
    expect(await store().replace(ref("a"), { spec: { n: 3 } }, first?.version)).toBe("conflict");
    expect((await store().get(ref("a")))?.object).toMatchObject({ spec: { n: 2 } });
    expect(await store().replace(ref("a"), { spec: { n: 4 } })).toMatchObject({ object: { spec: { n: 4 } } });
  });

  test("what was read can be written back", async () => {
    await store().create(ref("a"), { metadata: { labels: { mine: "yes" } }, spec: { n: 1 } });
    const read = await store().get(ref("a"));
    const written = await store().replace(ref("a"), { ...read?.object, spec: { n: 2 } }, read?.version);
    expect(written).toMatchObject({ object: { metadata: { labels: { mine: "yes" } }, spec: { n: 2 } } });
  });

  test("keeps what belongs to no namespace apart", async () => {
    const cluster: ResourceRef = { kind: "ClusterWorkflowTemplate", namespace: "", name: "a" };
    expect(await store().create(cluster, { spec: { n: 1 } })).toMatchObject(cluster);
    expect(await store().get(ref("a"))).toBeUndefined();
    expect((await store().list({ kind: "ClusterWorkflowTemplate", namespace: "", limit: 10 })).items).toMatchObject([
      cluster,
    ]);
  });

  test("removes once", async () => {
    await store().create(ref("a"), {});
    expect(await store().remove(ref("a"))).toBe(true);
    expect(await store().remove(ref("a"))).toBe(false);
    expect((await store().list({ kind: "WorkflowTemplate", limit: 10 })).items).toEqual([]);
  });
}

function listTests(store: () => ResourceStore): void {
  test("lists one namespace or all, in pages", async () => {
    for (const [name, namespace] of [
      ["b", "one"],
      ["a", "one"],
      ["c", "one-more"],
      ["d", "other"],
      ["e", "one"],
    ] as const) {
      await store().create(ref(name, namespace), { spec: { name } });
    }
    expect(await namesOf(store(), "one", 10)).toEqual(["a", "b", "e"]);
    expect(await namesOf(store(), "one", 2)).toEqual(["a", "b", "e"]);
    expect(await namesOf(store(), "nowhere", 2)).toEqual([]);
    expect([...(await namesOf(store(), undefined, 2))].sort()).toEqual(["a", "b", "c", "d", "e"]);
  });
}

async function namesOf(store: ResourceStore, namespace: string | undefined, limit: number): Promise<readonly string[]> {
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
}
