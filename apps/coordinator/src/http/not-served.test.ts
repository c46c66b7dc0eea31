import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";

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
