import { KubeClient } from "@capstan/kubernetes";
import { runResourceStoreSuite } from "@capstan/testkit/suites";
import { afterEach, expect, test } from "vitest";
import { KubernetesResourceStore } from "./kubernetes-resource-store.ts";
import { ObjectApiServer } from "./testing/object-api-server.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function clusterAndStore(): Promise<{
  readonly cluster: ObjectApiServer;
  readonly store: KubernetesResourceStore;
}> {
  const cluster = new ObjectApiServer();
  const client = new KubeClient(await cluster.listen(), { userAgent: "test" });
  ends.push(async () => {
    client.close();
    await cluster.close();
  });
  return { cluster, store: new KubernetesResourceStore(client) };
}

runResourceStoreSuite({ create: async () => (await clusterAndStore()).store });

test("an object of the cluster comes with its kind, also from a list, and without what kubectl keeps for itself", async () => {
  const { cluster, store } = await clusterAndStore();
  const managedFields = [{ manager: "kubectl" }];
  cluster.put("workflowtemplates", { metadata: { name: "a", managedFields } as { readonly name: string }, spec: {} });
  const page = await store.list({ kind: "WorkflowTemplate", namespace: "default", limit: 10 });
  const read = await store.get({ kind: "WorkflowTemplate", namespace: "default", name: "a" });
  for (const { object } of [...page.items, ...(read === undefined ? [] : [read])]) {
    expect(object).toMatchObject({ apiVersion: "argoproj.io/v1alpha1", kind: "WorkflowTemplate" });
    expect(object["metadata"]).not.toHaveProperty("managedFields");
  }
  expect([page.items.length, read?.name]).toEqual([1, "a"]);
});
