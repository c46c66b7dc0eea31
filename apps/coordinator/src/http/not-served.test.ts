import type { JsonObject } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { template } from "./testing/manifests.ts";

let server: FastifyInstance;
beforeAll(async () => {
  server = await createHttpServer(new FakeWorld().dependencies());
});
afterAll(() => server.close());

test.each([
  { client: "argo cron list", method: "GET", url: "/api/v1/cron-workflows/default", message: "CronWorkflows" },
  { client: "argo cron create", method: "POST", url: "/api/v1/cron-workflows/default", message: "CronWorkflows" },
  {
    client: "argo cron suspend",
    method: "PUT",
    url: "/api/v1/cron-workflows/default/a/suspend",
    message: "CronWorkflows",
  },
  { client: "a webhook", method: "POST", url: "/api/v1/events/default/build", message: "WorkflowEventBindings" },
  { client: "argo archive get", method: "GET", url: "/api/v1/archived-workflows/u-1", message: "no archive" },
  { client: "argo archive retry", method: "PUT", url: "/api/v1/archived-workflows/u-1/retry", message: "no archive" },
  { client: "an old link to an artifact", method: "GET", url: "/artifacts-by-uid/u-1/n/a", message: "no archive" },
  { client: "Argo's page of sensors", method: "GET", url: "/api/v1/sensors/default", message: "Argo Events" },
  { client: "Argo's page of events", method: "GET", url: "/api/v1/stream/events/default", message: "workflow-events" },
  { client: "argo sync get", method: "GET", url: "/api/v1/sync/default/key", message: "synchronization" },
] as const)("$client is told what is not here, and what to do", async ({ method, url, message }) => {
  const answer = await server.inject({ method, url });
  expect(answer.statusCode).toBe(501);
  expect(answer.json()).toMatchObject({ code: 12, message: expect.stringContaining(message) });
});

test.each([
  { client: "argo archive list", url: "/api/v1/archived-workflows?listOptions.fieldSelector=metadata.namespace%3Da" },
  { client: "argo archive list-label-keys", url: "/api/v1/archived-workflows-label-keys" },
  {
    client: "argo archive list-label-values",
    url: "/api/v1/archived-workflows-label-values?listOptions.labelSelector=a",
  },
])("$client finds nothing, as where Argo has no archive", async ({ url }) => {
  const answer = await server.inject(url);
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ items: [] });
});

describe("argo cron lint, and argo lint of a folder that holds CronWorkflows", () => {
  const lint = async (spec: JsonObject) => {
    const cronWorkflow = { metadata: { name: "nightly", creationTimestamp: null }, spec, status: {} };
    const payload = { namespace: "default", cronWorkflow };
    const answer = await server.inject({ method: "POST", url: "/api/v1/cron-workflows/default/lint", payload });
    return { status: answer.statusCode, body: answer.json() };
  };
  const workflowSpec = { entrypoint: "main", templates: [{ name: "main", container: { image: "a", command: ["b"] } }] };

  test("takes what is right, also by a stored template", async () => {
    expect(await lint({ schedules: ["0 3 * * *"], workflowSpec })).toMatchObject({
      status: 200,
      body: { kind: "CronWorkflow", metadata: { name: "nightly", namespace: "default" } },
    });
    const payload = { template: template("stored") };
    await server.inject({ method: "POST", url: "/api/v1/workflow-templates/default", payload });
    const byReference = { workflowTemplateRef: { name: "stored" } };
    expect(await lint({ schedules: ["@daily"], workflowSpec: byReference })).toMatchObject({ status: 200 });
  });

  test.each([
    { what: "the schedule", spec: { schedules: ["61 * * * *"], workflowSpec }, path: "spec.schedules[0]" },
    {
      what: "the workflow",
      spec: { schedules: ["@daily"], workflowSpec: { ...workflowSpec, entrypoint: "none" } },
      path: "spec.workflowSpec.entrypoint",
    },
    {
      what: "a template that is not there",
      spec: { schedules: ["@daily"], workflowSpec: { workflowTemplateRef: { name: "gone" } } },
      path: "spec.workflowSpec",
    },
    { what: "an unknown field", spec: { schedules: ["@daily"], workflowSpec, timezon: "UTC" }, path: "spec.timezon" },
  ])("says what is wrong with $what", async ({ spec, path }) => {
    expect(await lint(spec)).toMatchObject({ status: 400, body: { message: expect.stringContaining(path) } });
  });
});
