import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { hello } from "./testing/manifests.ts";

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

describe("bad requests", () => {
  test.each([
    { what: "text that is no JSON", payload: "{", type: "application/json" },
    { what: "text that is no YAML", payload: "a: [", type: "application/yaml" },
    { what: "no body", payload: "", type: "application/json" },
    { what: "a list", payload: "[]", type: "application/json" },
    { what: "a prototype", payload: '{"workflow":{"__proto__":{"a":1}}}', type: "application/json" },
    { what: "deep nesting", payload: "[".repeat(200_000), type: "application/json" },
    { what: "deep YAML", payload: "[".repeat(20_000), type: "application/yaml" },
    { what: "several documents", payload: "a: 1\n---\nb: 2\n", type: "application/yaml" },
  ])("$what is a 400 with a message", async ({ payload, type }) => {
    const response = await server.inject({
      method: "POST",
      url: "/api/v1/workflows/default",
      payload,
      headers: { "content-type": type },
    });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 3, message: expect.any(String), error: expect.any(String) });
    expect(response.body).not.toMatch(/\.ts:|\n *at /);
    expect(world.internalErrors).toEqual([]);
  });

  test("a body beyond the limit is a 413 that says so, and the server goes on", async () => {
    const response = await server.inject({
      method: "POST",
      url: "/api/v1/workflows/default",
      payload: JSON.stringify({ workflow: "x".repeat(21 * 1024 * 1024) }),
      headers: { "content-type": "application/json" },
    });
    expect(response.statusCode).toBe(413);
    expect(response.json().message).toContain("20 MiB");
    expect((await call("GET", "/healthz")).status).toBe(200);
  });

  test("names that Kubernetes would refuse are refused", async () => {
    expect((await call("POST", "/api/v1/workflows/default", { workflow: hello({ name: "Upper" }) })).status).toBe(400);
    expect((await call("POST", "/api/v1/workflows/No_Way", { workflow: hello() })).status).toBe(400);
  });

  test("a foreign page's request is refused", async () => {
    const headers = { "content-type": "text/plain", origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const payload = JSON.stringify({ workflow: hello() });
    const response = await server.inject({ method: "POST", url: "/api/v1/workflows/default", payload, headers });
    expect(response.statusCode).toBe(403);
    expect(world.names.size).toBe(0);
  });

  test("unknown routes are Argo's 404", async () => {
    expect(await call("GET", "/api/v1/nothing")).toMatchObject({
      status: 404,
      body: { code: 5, message: expect.stringMatching(/^Not Found: /) },
    });
  });

  test("what breaks inside stays inside", async () => {
    await server.close();
    const dependencies = world.dependencies();
    const inbox = { ...dependencies.inbox, findUid: async () => Promise.reject(new Error("secret detail")) };
    server = await createHttpServer({ ...dependencies, inbox });
    const answer = await call("GET", "/api/v1/workflows/default/a");
    expect(answer).toMatchObject({ status: 500, body: { code: 13 } });
    expect(answer.response.body).not.toContain("secret");
    expect(world.internalErrors).toHaveLength(1);
  });
});

test("says whether it is ready", async () => {
  expect((await call("GET", "/readyz")).status).toBe(200);
  world.notReadyReason = "no shard is owned yet";
  expect(await call("GET", "/readyz")).toMatchObject({
    status: 503,
    body: { code: 14, message: "no shard is owned yet" },
  });
  expect((await call("GET", "/api/v1/version")).body.version).toContain("capstan");
  expect((await call("GET", "/api/v1/info")).status).toBe(200);
});
