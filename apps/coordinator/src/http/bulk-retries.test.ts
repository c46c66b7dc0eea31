import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { aFailureGroup } from "./testing/failures.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { hello } from "./testing/manifests.ts";

let world: FakeWorld;
let server: FastifyInstance;
beforeEach(async () => {
  world = new FakeWorld();
  server = await createHttpServer(world.dependencies());
  world.failures.groups.push(aFailureGroup("f1"));
});
afterEach(() => server.close());

async function call(method: "GET" | "POST" | "PUT", url: string, payload?: object) {
  const response = await server.inject({ method, url: `/api/v1/capstan/${url}`, ...(payload && { payload }) });
  return { status: response.statusCode, body: response.json() };
}

/** Submits workflows that the failure hit; gives their names. */
async function hit(phases: readonly ("Failed" | "Error" | "Running")[]): Promise<readonly string[]> {
  const places: { uid: string; name: string; lastAtMs: number }[] = [];
  for (const phase of phases) {
    const payload = { workflow: hello() };
    const submitted = await server.inject({ method: "POST", url: "/api/v1/workflows/default", payload });
    const { uid, name } = submitted.json().metadata;
    world.commit(uid, { header: { phase } });
    places.push({ uid, name, lastAtMs: 1 });
  }
  world.failures.hit.set("f1", places);
  return places.map(({ name }) => name);
}

const path = "failures/default/f1/retries";

test("a bulk retry is of those that are failed now, and can be halted and continued", async () => {
  const [first, , third] = await hit(["Failed", "Running", "Error"]);
  const { body, status } = await call("POST", path, { canary: true, parameters: ["day=2"] });
  expect([status, body]).toMatchObject([
    200,
    {
      kind: "retry",
      parameters: ["day=2"],
      phase: "canary",
      counts: { waiting: 2 },
      targets: [{ name: first }, { name: third }],
    },
  ]);
  expect((await call("GET", path)).body.items).toMatchObject([{ id: body.id }]);
  expect((await call("PUT", `bulk-retries/${body.id}/halt`)).body).toMatchObject({
    phase: "halted",
    message: "stopped by hand",
  });
  expect((await call("PUT", `bulk-retries/${body.id}/continue`)).body).toMatchObject({ phase: "rest" });
  expect((await call("PUT", "bulk-retries/none/halt")).status).toBe(404);
});

test("with another image workflows are resubmitted, under new names", async () => {
  await hit(["Failed"]);
  const { body } = await call("POST", path, { image: "busybox:2" });
  expect(body).toMatchObject({ kind: "resubmit", image: { from: "busybox:1", to: "busybox:2" }, phase: "rest" });
  expect(body.targets[0].again).toMatch(/-x\d{4}$/);
});

test("anew they are resubmitted as they are", async () => {
  await hit(["Failed"]);
  const { body } = await call("POST", path, { anew: true });
  expect(body).toMatchObject({ kind: "resubmit", phase: "rest", targets: [{ again: expect.any(String) }] });
  expect(body.image).toBeUndefined();
});

test.each([
  { what: "nothing failed", phases: ["Running"], given: {}, status: 400 },
  { what: "none of those named", phases: ["Failed"], given: { names: ["other"] }, status: 400 },
  { what: "no assignment", phases: ["Failed"], given: { parameters: ["x"] }, status: 400 },
  { what: "no image", phases: ["Failed"], given: { image: " " }, status: 400 },
] as const)("refused: $what", async ({ phases, given, status }) => {
  await hit(phases);
  expect((await call("POST", path, given)).status).toBe(status);
  expect((await call("GET", path)).body.items).toEqual([]);
});

test("of a failure that nobody knows there is nothing to try", async () => {
  expect((await call("POST", "failures/default/f9/retries", {})).status).toBe(404);
});
