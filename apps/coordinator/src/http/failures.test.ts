import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { aFailureGroup, aRun } from "./testing/failures.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { hello } from "./testing/manifests.ts";

let world: FakeWorld;
let server: FastifyInstance;
beforeEach(async () => {
  world = new FakeWorld();
  server = await createHttpServer(world.dependencies());
});
afterEach(() => server.close());

async function get(url: string) {
  const response = await server.inject({ method: "GET", url: `/api/v1/capstan/failures${url}` });
  return { status: response.statusCode, body: response.json() };
}

test("failures are listed in pages, of one namespace or of all, without their logs", async () => {
  world.failures.groups.push(aFailureGroup("f1"), aFailureGroup("f2", "other"), aFailureGroup("f3"));
  const all = await get("?limit=2");
  expect(all.body.items).toMatchObject([
    { fingerprint: "f1", count: 3, hosts: { h1: 3 } },
    { fingerprint: "f2", namespace: "other" },
  ]);
  expect(JSON.stringify(all.body)).not.toContain("logTail");
  expect((await get(`?limit=2&continue=${all.body.continue}`)).body).toMatchObject({ items: [{ fingerprint: "f3" }] });
  expect((await get("?namespace=other")).body.items).toHaveLength(1);
  expect((await get("?continue=x")).status).toBe(400);
});

test("one failure is told with the phases that its workflows have now, beside the last good run", async () => {
  const payload = { workflow: hello() };
  const { uid, name } = (await server.inject({ method: "POST", url: "/api/v1/workflows/default", payload })).json()
    .metadata;
  world.failures.groups.push(aFailureGroup("f1"));
  world.failures.hit.set("f1", [
    { uid, name, lastAtMs: 2 },
    { uid: "gone", name: "gone", lastAtMs: 1 },
  ]);
  expect((await get("/default/f1")).body).toMatchObject({
    failure: { fingerprint: "f1", example: { logTail: "Error: 7" } },
    workflows: [
      { name, phase: "Running" },
      { name: "gone", phase: "absent" },
    ],
    differences: [],
  });
  world.failures.goodRuns.set("default local/w/n", aRun({ image: "busybox:0" }));
  expect((await get("/default/f1")).body).toMatchObject({
    lastGoodRun: { image: "busybox:0" },
    differences: [{ field: "image", good: "busybox:0", failed: "busybox:1", isDifferent: true }, {}, {}, {}],
  });
  expect((await get("/default/f9")).status).toBe(404);
});

describe("the image of a failure", () => {
  const step = {
    name: "run",
    template: "job",
    arguments: { parameters: [{ name: "tag", value: "{{workflow.parameters.tag}}" }] },
  };
  const image = "app:{{inputs.parameters.tag}}";
  const templates = [
    { name: "main", steps: [[step]] },
    { name: "job", inputs: { parameters: [{ name: "tag" }] }, container: { image, command: ["true"] } },
  ];

  async function submit(spec: object): Promise<string> {
    const workflow = { ...hello({ name: "wf" }), spec };
    const payload = { workflow };
    await server.inject({ method: "POST", url: "/api/v1/workflows/default", payload });
    const uid = world.names.get("default/wf") ?? "";
    const common = { startedAtMs: 1, phase: "Failed", attempt: 1, templateScope: "local/wf" } as const;
    world.commit(uid, {
      nodes: [
        {
          ...common,
          ...{ id: "wf", name: "wf", displayName: "wf", type: "Steps", templateName: "main", links: { ordinal: 0 } },
        },
        {
          ...{ ...common, id: "n", name: "wf[0].run", displayName: "run", type: "Pod", templateName: "job" },
          links: { ordinal: 1, owner: "wf", slot: "run" },
        },
      ],
    });
    const example = { ...aFailureGroup("f1").example, workflowUid: uid, workflowName: "wf" };
    world.failures.groups.push({ ...aFailureGroup("f1"), example });
    return uid;
  }

  test("is told with the parameters that it is made of", async () => {
    await submit({ entrypoint: "main", templates, arguments: { parameters: [{ name: "tag", value: "1" }] } });
    expect((await get("/default/f1/image")).body).toEqual({
      ...{ workflowName: "wf", image: "busybox:1", origin: "parameters", written: image, parameters: ["tag"] },
    });
  });

  test("is told with the template that it stands in", async () => {
    const library = {
      metadata: { name: "library" },
      spec: { entrypoint: "main", templates: [{ name: "main", container: { image: "x", command: ["true"] } }] },
    };
    await server.inject({ method: "POST", url: "/api/v1/cluster-workflow-templates", payload: { template: library } });
    const uid = await submit({ workflowTemplateRef: { name: "library", clusterScope: true } });
    world.commit(uid, {
      nodes: [
        {
          ...{ id: "n", name: "wf", displayName: "wf", type: "Pod", phase: "Failed", templateName: "main" },
          ...{ templateScope: "local/wf", links: { ordinal: 0 } },
        },
      ],
    });
    expect((await get("/default/f1/image")).body).toMatchObject({
      ...{ origin: "template", written: "x", template: { kind: "ClusterWorkflowTemplate", name: "library" } },
    });
  });

  test("is unknown where the workflow was deleted", async () => {
    world.failures.groups.push(aFailureGroup("f1"));
    expect((await get("/default/f1/image")).body).toEqual({ workflowName: "w", image: "busybox:1", origin: "unknown" });
    expect((await get("/default/f9/image")).status).toBe(404);
  });
});
