import type { JsonObject } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { hello, template } from "./testing/manifests.ts";

let world: FakeWorld;
let server: FastifyInstance;
beforeEach(async () => {
  world = new FakeWorld();
  server = await createHttpServer(world.dependencies());
});
afterEach(() => server.close());

async function call(method: "GET" | "POST" | "PUT" | "DELETE", url: string, payload?: unknown) {
  const response = await server.inject({
    method,
    url,
    ...(payload !== undefined && { payload: JSON.stringify(payload), headers: { "content-type": "application/json" } }),
  });
  return { status: response.statusCode, body: response.body === "" ? {} : response.json(), response };
}

describe("submitting", () => {
  test("gives a name, uid and time, and the workflow can be read", async () => {
    const created = await call("POST", "/api/v1/workflows/default", { workflow: hello() });
    expect(created.status).toBe(200);
    expect(created.body.metadata).toMatchObject({ namespace: "default", uid: expect.any(String) });
    expect(created.body.metadata.name).toMatch(/^hello-x\d{4}$/);
    expect(created.body.metadata.creationTimestamp).toMatch(/^\d{4}-.*Z$/);
    const read = await call("GET", `/api/v1/workflows/default/${created.body.metadata.name}`);
    expect(read.body).toMatchObject({
      kind: "Workflow",
      metadata: { uid: created.body.metadata.uid },
      status: { phase: "Running" },
    });
  });

  test("a given name is given once", async () => {
    expect((await call("POST", "/api/v1/workflows/default", { workflow: hello({ name: "one" }) })).status).toBe(200);
    const again = await call("POST", "/api/v1/workflows/default", { workflow: hello({ name: "one" }) });
    expect(again).toMatchObject({
      status: 409,
      body: { code: 6, message: expect.stringContaining('"one" already exists') },
    });
    expect((await call("POST", "/api/v1/workflows/other", { workflow: hello({ name: "one" }) })).status).toBe(200);
  });

  test("a generated name that is taken gives way to the next", async () => {
    world.names.set("default/hello-x0001", "somebody");
    const created = await call("POST", "/api/v1/workflows/default", { workflow: hello() });
    expect(created.body.metadata.name).not.toBe("hello-x0001");
    expect(created.status).toBe(200);
  });

  test("what a server said of an object before is not taken over", async () => {
    const metadata = { name: "copy", uid: "forged", creationTimestamp: "2001-01-01T00:00:00Z", resourceVersion: "7" };
    const created = await call("POST", "/api/v1/workflows/default", {
      workflow: { ...hello(metadata), status: { phase: "Succeeded" } },
    });
    expect(created.body.metadata.uid).not.toBe("forged");
    expect(created.body.metadata.creationTimestamp).not.toBe("2001-01-01T00:00:00Z");
  });

  test("a dry run creates nothing", async () => {
    const created = await call("POST", "/api/v1/workflows/default", { workflow: hello(), serverDryRun: true });
    expect(created.body.metadata.name).toMatch(/^hello-/);
    expect(world.workflows.size).toBe(0);
  });

  test("takes a bare manifest as YAML", async () => {
    const payload =
      'kind: Workflow\napiVersion: argoproj.io/v1alpha1\nmetadata: {name: from-yaml}\nspec:\n  entrypoint: a\n  templates:\n  - name: a\n    container: {image: busybox, command: ["true"]}\n';
    const response = await server.inject({
      method: "POST",
      url: "/api/v1/workflows/default",
      payload,
      headers: { "content-type": "application/yaml" },
    });
    expect(response.json()).toMatchObject({ metadata: { name: "from-yaml" } });
    expect(response.statusCode).toBe(200);
  });

  test.each([
    {
      what: "an unknown field",
      spec: { entrypoint: "main", templates: [{ name: "main", container: { image: "a", comand: ["x"] } }] },
      path: "spec.templates[0].container.comand",
    },
    { what: "a missing template", spec: { entrypoint: "nowhere", templates: [] }, path: "spec.entrypoint" },
    { what: "a wrong type", spec: { entrypoint: "main", templates: "none" }, path: "spec.templates" },
  ])("refuses $what with its path", async ({ spec, path }) => {
    const refused = await call("POST", "/api/v1/workflows/default", { workflow: { ...hello({ name: "bad" }), spec } });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 3, error: expect.any(String), message: expect.stringContaining(path) },
    });
    expect(refused.body.problems).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: expect.stringContaining(path), severity: "error" })]),
    );
    expect(world.names.size).toBe(0);
  });

  test("a YAML manifest's problems have their lines", async () => {
    const payload =
      "kind: Workflow\napiVersion: argoproj.io/v1alpha1\nmetadata: {name: a}\nspec:\n  entrypoint: nowhere\n";
    const headers = { "content-type": "application/yaml" };
    const refused = await server.inject({ method: "POST", url: "/api/v1/workflows/default", payload, headers });
    expect(refused.json().problems).toEqual([
      expect.objectContaining({ line: 5, path: expect.stringContaining("spec.entrypoint") }),
    ]);
  });

  test("from a template, with parameters and labels", async () => {
    await call("POST", "/api/v1/workflow-templates/default", { template: template("greet") });
    const submitted = await call("POST", "/api/v1/workflows/default/submit", {
      resourceKind: "WorkflowTemplate",
      resourceName: "greet",
      submitOptions: { parameters: ["text=mine"], labels: "team=a,tier=b", podPriorityClassName: "soon" },
    });
    expect(submitted.status).toBe(200);
    expect(submitted.body.metadata.name).toMatch(/^greet-/);
    expect(submitted.body.metadata.labels).toMatchObject({
      team: "a",
      tier: "b",
      "workflows.argoproj.io/workflow-template": "greet",
    });
    const [stored] = [...world.workflows.values()];
    expect(stored?.bundle.workflow.spec.arguments?.parameters).toContainEqual({ name: "text", value: "mine" });
    expect(stored?.bundle.workflow.spec.templates).toHaveLength(1);
    expect(stored?.bundle.workflow.spec).toMatchObject({ podPriorityClassName: "soon" });
  });

  test("from a template that is not there", async () => {
    const refused = await call("POST", "/api/v1/workflows/default/submit", {
      resourceKind: "workflowtemplate",
      resourceName: "greet",
    });
    expect(refused).toMatchObject({ status: 400, body: { message: expect.stringContaining("greet") } });
    const kind = await call("POST", "/api/v1/workflows/default/submit", { resourceKind: "pod", resourceName: "greet" });
    expect(kind).toMatchObject({ status: 400, body: { message: expect.stringContaining("pod") } });
  });

  test("lint answers the manifest or its problems and stores nothing", async () => {
    expect((await call("POST", "/api/v1/workflows/default/lint", { workflow: hello() })).status).toBe(200);
    const bad = await call("POST", "/api/v1/workflows/default/lint", { workflow: { ...hello(), spec: {} } });
    expect(bad).toMatchObject({ status: 400, body: { problems: expect.any(Array) } });
    expect(world.names.size).toBe(0);
  });

  test("takes nobody's word for it that a workflow stands for an object of the cluster", async () => {
    const labels = { "capstan.dev/origin": "kubernetes", mine: "yes" };
    await call("POST", "/api/v1/workflows/default", { workflow: hello({ name: "copy", labels }) });
    const uid = world.names.get("default/copy") ?? "";
    expect(world.workflows.get(uid)?.bundle.workflow.metadata.labels).toEqual({ mine: "yes" });
  });

  test("resubmits under a new name with a note of the old", async () => {
    await call("POST", "/api/v1/workflows/default", { workflow: hello({ name: "first", labels: { mine: "yes" } }) });
    const again = await call("PUT", "/api/v1/workflows/default/first/resubmit", { parameters: ["text=other"] });
    expect(again.body.metadata.name).toMatch(/^first-x/);
    expect(again.body.metadata.labels).toEqual({
      mine: "yes",
      "workflows.argoproj.io/resubmitted-from-workflow": "first",
    });
    expect(again.body.spec.arguments.parameters).toContainEqual({ name: "text", value: "other" });
  });

  test("resubmits with the parameters that a manual retry gave", async () => {
    const first = await call("POST", "/api/v1/workflows/default", { workflow: hello({ name: "first" }) });
    world.commit(first.body.metadata.uid, {
      header: { phase: "Failed", machine: { parameters: { text: "retried" } } },
    });
    const again = await call("PUT", "/api/v1/workflows/default/first/resubmit", {});
    expect(again.body.spec.arguments.parameters).toEqual([{ name: "text", value: "retried" }]);
  });

  test("resubmits a workflow of a WorkflowTemplate with what the template says by then", async () => {
    await call("POST", "/api/v1/workflow-templates/default", { template: template("greet") });
    const from = { resourceKind: "WorkflowTemplate", resourceName: "greet" };
    const first = await call("POST", "/api/v1/workflows/default/submit", { ...from, submitOptions: { name: "first" } });
    expect((await call("GET", "/api/v1/workflows/default/first")).body.spec).toEqual(first.body.spec);
    const { metadata, spec } = (await call("GET", "/api/v1/workflow-templates/default/greet")).body;
    const [main] = spec.templates;
    const changed = { ...spec, templates: [{ ...main, container: { image: "newer", command: ["true"] } }] };
    const path = "/api/v1/workflow-templates/default/greet";
    await call("PUT", path, { template: { ...template("greet"), metadata, spec: changed } });
    const again = await call("PUT", "/api/v1/workflows/default/first/resubmit", { parameters: ["text=other"] });
    expect(again).toMatchObject({ status: 200, body: { spec: { workflowTemplateRef: { name: "greet" } } } });
    const runs = world.workflows.get(again.body.metadata.uid)?.bundle.workflow.spec;
    expect(runs?.templates?.[0]?.container?.image).toBe("newer");
    expect(runs?.arguments?.parameters).toContainEqual({ name: "text", value: "other" });
  });
});

describe("reading", () => {
  test("an unknown workflow is NotFound", async () => {
    expect(await call("GET", "/api/v1/workflows/default/nobody")).toMatchObject({ status: 404, body: { code: 5 } });
  });

  test("fields choose what is sent, and what is left out", async () => {
    await call("POST", "/api/v1/workflows/default", { workflow: hello({ name: "a" }) });
    const chosen = await call("GET", "/api/v1/workflows/default/a?fields=metadata.name,status.phase");
    expect(chosen.body).toEqual({ metadata: { name: "a" }, status: { phase: "Running" } });
    const without = await call("GET", "/api/v1/workflows/default/a?fields=-spec,status.nodes");
    expect(without.body.spec).toBeUndefined();
    expect(without.body.metadata.name).toBe("a");
  });

  test("a workflow that was accepted is waited for", async () => {
    world.engineRuns = false;
    const created = await call("POST", "/api/v1/workflows/default", { workflow: hello({ name: "slow" }) });
    const reading = call("GET", "/api/v1/workflows/default/slow");
    world.create({ workflow: created.body, workflowTemplates: {}, configMaps: {} });
    expect((await reading).body.metadata.name).toBe("slow");
  });

  test("@latest is the one submitted last", async () => {
    for (const name of ["a", "b", "c"]) await call("POST", "/api/v1/workflows/default", { workflow: hello({ name }) });
    expect((await call("GET", "/api/v1/workflows/default/@latest")).body.metadata.name).toBe("c");
    expect((await call("GET", "/api/v1/workflows/empty/@latest")).status).toBe(404);
  });

  test("lists in pages, by label, phase and name", async () => {
    for (const name of ["api-1", "api-2", "job-1"]) {
      await call("POST", "/api/v1/workflows/default", { workflow: hello({ name, labels: { tier: name.slice(-1) } }) });
    }
    await call("POST", "/api/v1/workflows/other", { workflow: hello({ name: "far" }) });
    const uid = world.names.get("default/api-1") ?? "";
    world.commit(uid, { header: { phase: "Succeeded", finishedAtMs: 1_700_000_001_000 } });
    const names = async (query: string, namespace = "default") => {
      const { body } = await call("GET", `/api/v1/workflows/${namespace}?${query}`);
      return body.items.map((item: { metadata: { name: string } }) => item.metadata.name);
    };
    const fields = "fields=metadata,items.metadata.name,items.status.phase";
    expect(await names(fields)).toEqual(["job-1", "api-2", "api-1"]);
    expect(await names("")).toEqual(["job-1", "api-2", "api-1"]);
    expect(await names(fields, "")).toEqual(["far", "job-1", "api-2", "api-1"]);
    expect(await names("listOptions.labelSelector=tier%3D2")).toEqual(["api-2"]);
    expect(await names("listOptions.labelSelector=workflows.argoproj.io/phase%20in%20(Succeeded,Failed)")).toEqual([
      "api-1",
    ]);
    expect(await names("listOptions.labelSelector=workflows.argoproj.io/completed!%3Dtrue")).toEqual([
      "job-1",
      "api-2",
    ]);
    expect(await names("listOptions.labelSelector=workflows.argoproj.io/phase%3DNever")).toEqual([]);
    expect(await names("listOptions.fieldSelector=metadata.name%3Dapi&nameFilter=Prefix")).toEqual(["api-2", "api-1"]);
    expect(await names("listOptions.fieldSelector=metadata.name%3Db-1&nameFilter=Contains")).toEqual(["job-1"]);
    expect(await names("listOptions.fieldSelector=metadata.name%3Dapi-1")).toEqual(["api-1"]);
    const page = (await call("GET", `/api/v1/workflows/default?${fields}&listOptions.limit=2`)).body;
    expect(page.items).toHaveLength(2);
    expect(await names(`${fields}&listOptions.limit=2&listOptions.continue=${page.metadata.continue}`)).toEqual([
      "api-1",
    ]);
    expect((await call("GET", "/api/v1/workflows/default?listOptions.labelSelector=a%3D%3D%3Db")).status).toBe(400);
    expect((await call("GET", "/api/v1/workflows/default?listOptions.fieldSelector=spec.x%3D1")).status).toBe(400);
  });

  test("nodes come in pages", async () => {
    await call("POST", "/api/v1/workflows/default", { workflow: hello({ name: "many" }) });
    const nodes = Array.from({ length: 25 }, (_, ordinal) => aNode(`n${ordinal}`, { links: { ordinal } }));
    world.commit(world.names.get("default/many") ?? "", { nodes });
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const { body } = await call(
        "GET",
        `/api/v1/capstan/workflows/default/many/nodes?limit=10${token ? `&continue=${token}` : ""}`,
      );
      seen.push(...body.items.map((item: { id: string }) => item.id));
      token = body.metadata.continue;
    } while (token !== undefined);
    expect(seen).toEqual(nodes.map((node) => node.id));
  });
});

describe("controlling", () => {
  beforeEach(async () => {
    await call("POST", "/api/v1/workflows/default", { workflow: hello({ name: "wf" }) });
  });
  const uid = () => world.names.get("default/wf") ?? "";

  test.each([
    { verb: "suspend", body: {}, event: { type: "suspend-requested" } },
    { verb: "resume", body: {}, event: { type: "resume-requested" } },
    {
      verb: "resume",
      body: { nodeFieldSelector: "displayName=approve" },
      event: {
        type: "resume-requested",
        nodes: { terms: [{ field: "displayName", operator: "=", value: "approve" }] },
      },
    },
    { verb: "stop", body: { message: "enough" }, event: { type: "stop-requested", message: "enough" } },
    { verb: "terminate", body: undefined, event: { type: "terminate-requested" } },
  ])("$verb $body", async ({ verb, body, event }) => {
    const answer = await call("PUT", `/api/v1/workflows/default/wf/${verb}`, body);
    expect(answer).toMatchObject({ status: 200, body: { metadata: { name: "wf" } } });
    expect(world.events).toEqual([{ uid: uid(), event }]);
  });

  test("answers with the workflow as it is afterwards", async () => {
    expect((await call("PUT", "/api/v1/workflows/default/wf/suspend", {})).body.spec.suspend).toBe(true);
  });

  test("what has ended is not controlled, only retried", async () => {
    world.commit(uid(), { header: { phase: "Failed", finishedAtMs: 1 } });
    for (const verb of ["suspend", "resume", "stop", "terminate"]) {
      expect(await call("PUT", `/api/v1/workflows/default/wf/${verb}`, {})).toMatchObject({
        status: 400,
        body: { code: 3 },
      });
    }
    expect(
      (await call("PUT", "/api/v1/workflows/default/wf/retry", { parameters: ["a=1"], restartSuccessful: true }))
        .status,
    ).toBe(200);
    expect(world.events).toEqual([
      { uid: uid(), event: { type: "retry-requested", restartSuccessful: true, parameters: ["a=1"] } },
    ]);
  });

  test("what runs is not retried, and what succeeded only in parts", async () => {
    expect((await call("PUT", "/api/v1/workflows/default/wf/retry", {})).status).toBe(400);
    world.commit(uid(), { header: { phase: "Succeeded", finishedAtMs: 1 } });
    expect((await call("PUT", "/api/v1/workflows/default/wf/retry", {})).status).toBe(400);
    const parts = { restartSuccessful: true, nodeFieldSelector: "name=x" };
    expect((await call("PUT", "/api/v1/workflows/default/wf/retry", parts)).status).toBe(200);
  });

  test("set fills in what a suspended node waits for", async () => {
    const outputs = { parameters: [{ name: "approved", valueFrom: { supplied: {} } }] };
    world.commit(uid(), { nodes: [aNode("gate", { type: "Suspend", phase: "Running", outputs })] });
    const set = (body: JsonObject) => call("PUT", "/api/v1/workflows/default/wf/set", body);
    expect((await set({ outputParameters: "{}" })).status).toBe(400);
    expect((await set({ nodeFieldSelector: "name=nobody", outputParameters: "{}" })).status).toBe(400);
    expect((await set({ nodeFieldSelector: "id=gate", outputParameters: '{"other":"1"}' })).status).toBe(400);
    expect((await set({ nodeFieldSelector: "id=gate", phase: "Running" })).status).toBe(400);
    expect((await set({ nodeFieldSelector: "id=gate", outputParameters: "{" })).status).toBe(400);
    expect((await set({ nodeFieldSelector: "id=gate", outputParameters: '{"approved":"yes"}' })).status).toBe(200);
    expect(world.events.at(-1)?.event).toMatchObject({
      type: "nodes-set-requested",
      outputParameters: [{ name: "approved", value: "yes" }],
    });
  });

  test("deletes", async () => {
    expect(await call("DELETE", "/api/v1/workflows/default/wf")).toMatchObject({ status: 200, body: {} });
    expect((await call("GET", "/api/v1/workflows/default/wf")).status).toBe(404);
  });
});

describe("templates and ConfigMaps", () => {
  test("are created, read, replaced, listed and removed", async () => {
    const created = await call("POST", "/api/v1/workflow-templates/default", { template: template("t") });
    expect(created.body.metadata).toMatchObject({
      name: "t",
      namespace: "default",
      uid: expect.any(String),
      resourceVersion: expect.any(String),
    });
    expect((await call("POST", "/api/v1/workflow-templates/default", { template: template("t") })).status).toBe(409);
    const changed = { ...created.body, metadata: { ...created.body.metadata, labels: { a: "b" } } };
    const replaced = await call("PUT", "/api/v1/workflow-templates/default/t", { template: changed });
    expect(replaced.body.metadata).toMatchObject({ labels: { a: "b" }, uid: created.body.metadata.uid });
    expect(await call("PUT", "/api/v1/workflow-templates/default/t", { template: changed })).toMatchObject({
      status: 409,
      body: { code: 10 },
    });
    expect((await call("GET", "/api/v1/workflow-templates/default")).body.items).toHaveLength(1);
    expect((await call("GET", "/api/v1/workflow-templates/other")).body.items).toEqual([]);
    expect((await call("DELETE", "/api/v1/workflow-templates/default/t")).status).toBe(200);
    expect((await call("GET", "/api/v1/workflow-templates/default/t")).status).toBe(404);
  });

  test("argo template list -l, --field-selector", async () => {
    for (const name of ["t-1", "t-2"]) {
      const { metadata, ...rest } = template(name);
      const labelled = { ...rest, metadata: { ...(metadata as JsonObject), labels: { tier: name } } };
      await call("POST", "/api/v1/workflow-templates/default", { template: labelled });
    }
    const namesFor = async (query: string) => {
      const { body } = await call("GET", `/api/v1/workflow-templates/default?listOptions.${query}`);
      return body.items.map((item: { readonly metadata: { readonly name: string } }) => item.metadata.name);
    };
    expect(await namesFor("labelSelector=tier%3Dt-1")).toEqual(["t-1"]);
    expect(await namesFor("labelSelector=tier%21%3Dt-1")).toEqual(["t-2"]);
    expect(await namesFor("fieldSelector=metadata.name%3Dt-2")).toEqual(["t-2"]);
    expect((await call("GET", "/api/v1/workflow-templates/default?listOptions.labelSelector=a%20b")).status).toBe(400);
  });

  test.each([
    { path: "/api/v1/workflow-templates/default/", kind: "WorkflowTemplate" },
    { path: "/api/v1/cluster-workflow-templates/", kind: "ClusterWorkflowTemplate" },
  ])("argo template update leaves the name to the manifest: PUT $path", async ({ path, kind }) => {
    const object = { ...template("t"), kind };
    await call("POST", path.slice(0, -1), { template: object });
    const changed = { ...object, metadata: { name: "t", labels: { a: "b" } } };
    expect(await call("PUT", path, { template: changed })).toMatchObject({
      status: 200,
      body: { metadata: { name: "t", labels: { a: "b" } } },
    });
  });

  test("a template that cannot run is refused", async () => {
    const bad = { ...template("t"), spec: { templates: [{ name: "x", container: { image: "a", nonsense: 1 } }] } };
    expect(await call("POST", "/api/v1/workflow-templates/default", { template: bad })).toMatchObject({
      status: 400,
      body: { code: 3 },
    });
  });

  test("cluster templates have no namespace", async () => {
    const cluster = { ...template("c"), kind: "ClusterWorkflowTemplate" };
    expect(
      (await call("POST", "/api/v1/cluster-workflow-templates", { template: cluster })).body.metadata.namespace,
    ).toBeUndefined();
    expect((await call("GET", "/api/v1/cluster-workflow-templates/c")).status).toBe(200);
  });

  test("a workflow takes its ConfigMap's values along", async () => {
    const configMap = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings" },
      data: { text: "from the map" },
    };
    expect((await call("POST", "/api/v1/capstan/configmaps/default", { configMap })).status).toBe(200);
    const workflow = hello({ name: "uses" });
    const parameters = [{ name: "text", valueFrom: { configMapKeyRef: { name: "settings", key: "text" } } }];
    const spec = { ...(workflow["spec"] as JsonObject), arguments: { parameters } };
    expect((await call("POST", "/api/v1/workflows/default", { workflow: { ...workflow, spec } })).status).toBe(200);
    expect([...world.workflows.values()][0]?.bundle.configMaps).toEqual({ settings: { text: "from the map" } });
  });
});

function aNode(id: string, fields: object) {
  const base = { id, name: id, displayName: id, type: "Pod", phase: "Succeeded" } as const;
  return { ...base, ...fields };
}
