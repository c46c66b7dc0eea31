import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
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
