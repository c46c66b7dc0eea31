import { toYaml } from "@capstan/manifest";
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

async function preview(body: object, namespace = "default") {
  const url = `/api/v1/capstan/workflows/${namespace}/preview`;
  const headers = { "content-type": "application/json" };
  const response = await server.inject({ method: "POST", url, payload: JSON.stringify(body), headers });
  return { status: response.statusCode, body: response.json() };
}

const referring = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: uses-it}
spec:
  workflowTemplateRef: {name: beside}
`;

describe("a preview of manifests", () => {
  test("draws what a workflow would run, and stores nothing", async () => {
    const { status, body } = await preview({ text: toYaml(hello({ name: "one" })) });
    expect(status).toBe(200);
    expect(body.problems).toEqual([]);
    expect(body.documents).toMatchObject([{ kind: "Workflow", name: "one", line: 1, object: { kind: "Workflow" } }]);
    expect(body.graph).toMatchObject({ type: "snapshot", head: { phase: "Pending", progress: "0/1" } });
    expect(body.graph.vertices).toMatchObject([{ name: "one", kind: "Pod", templateName: "main" }]);
    expect((await server.inject("/api/v1/workflows/default/one")).statusCode).toBe(404);
  });

  test("a workflow may refer to the template beside it in the text", async () => {
    const alone = await preview({ text: referring });
    expect(alone.body.problems).toMatchObject([{ code: "UNKNOWN_REFERENCE", line: 5, severity: "error" }]);
    expect(alone.body.graph).toBeUndefined();
    const together = await preview({ text: `${referring}---\n${toYaml(template("beside"))}` });
    expect(together.body.problems).toEqual([]);
    expect(together.body.documents.map(({ kind }: { kind: string }) => kind)).toEqual(["Workflow", "WorkflowTemplate"]);
    expect(together.body.graph.vertices).toMatchObject([{ name: "uses-it" }]);
  });

  test("a template alone is drawn too", async () => {
    const { body } = await preview({ text: toYaml(template("alone")) });
    expect(body.graph.vertices).toMatchObject([{ name: "alone", templateName: "main" }]);
  });

  test("mistakes of all documents are told with their lines", async () => {
    const wrong = toYaml(hello({ name: "one" })).replace("entrypoint: main", "entrypoint: mian\n  entripoint: x");
    const unknown = "kind: Deployment\nmetadata: {name: x}\n";
    const broken = "kind: ConfigMap\ndata: [1]\n";
    const { status, body } = await preview({ text: `${wrong}---\n${unknown}---\n${broken}` });
    expect(status).toBe(200);
    const lines = wrong.split("\n");
    expect(body.problems).toContainEqual(
      expect.objectContaining({
        line: lines.findIndex((line) => line.includes("entripoint")) + 1,
        message: expect.stringContaining('Did you mean "entrypoint"?'),
      }),
    );
    expect(body.problems).toContainEqual(
      expect.objectContaining({
        line: lines.length + 1,
        message: expect.stringContaining("A Deployment cannot be created here"),
      }),
    );
    expect(body.problems).toContainEqual(expect.objectContaining({ line: lines.length + 5, path: "data" }));
  });

  test("a CronWorkflow is not acted on, and the answer says what to do instead", async () => {
    const { body } = await preview({
      text: "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata: {name: x}\n",
    });
    expect(body.problems).toEqual([
      expect.objectContaining({ line: 2, message: expect.stringMatching(/does not act on CronWorkflows yet: submit/) }),
    ]);
  });

  test("text that is not YAML is a problem with its line", async () => {
    const { body } = await preview({ text: "kind: Workflow\nspec: {a: [}\n" });
    expect(body.problems[0]).toMatchObject({ code: "SYNTAX", line: 2, column: 12 });
    expect(body.documents).toEqual([]);
  });

  test("an empty text has nothing to create", async () => {
    expect((await preview({ text: "" })).body).toEqual({ documents: [], problems: [] });
  });
});

describe("a preview of a stored template", () => {
  const submission = { resourceKind: "WorkflowTemplate", resourceName: "stored" };

  test("draws it, and refuses what a submit would refuse", async () => {
    const url = "/api/v1/workflow-templates/default";
    const headers = { "content-type": "application/json" };
    const payload = JSON.stringify({ template: template("stored") });
    expect((await server.inject({ method: "POST", url, payload, headers })).statusCode).toBe(200);
    const drawn = await preview({ ...submission, submitOptions: { parameters: ["text=hi"] } });
    expect(drawn.body.graph.vertices).toMatchObject([{ kind: "Pod", templateName: "main" }]);
    const refused = await preview({ ...submission, submitOptions: { entryPoint: "nothing" } });
    expect(refused.status).toBe(400);
    expect((await preview(submission, "elsewhere")).status).toBe(400);
  });
});

test("the schema for editors is served", async () => {
  const response = await server.inject("/api/v1/capstan/manifest-schema");
  expect(response.json()).toMatchObject({ kinds: { Workflow: { struct: "Workflow" } } });
});
