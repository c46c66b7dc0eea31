import type { NodeStatus } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { hello } from "./testing/manifests.ts";

let world: FakeWorld;
let server: FastifyInstance;
beforeEach(async () => {
  world = new FakeWorld();
  server = await createHttpServer(world.dependencies());
  const described = { pool: "gpu", cluster: "east", labels: {}, room: 3, running: 1, version: "1", atMs: 1 };
  world.agents.living.set("east/gpu/n1", { agentId: "east/gpu/n1", ...described });
});
afterEach(() => server.close());

async function call(method: "GET" | "POST" | "PUT", url: string, payload?: object) {
  const response = await server.inject({ method, url, ...(payload !== undefined && { payload }) });
  return { status: response.statusCode, body: response.json() };
}

test("agents are listed, drained and given back", async () => {
  const agents = "/api/v1/capstan/agents";
  expect((await call("GET", agents)).body.items).toMatchObject([{ agentId: "east/gpu/n1", room: 3, draining: false }]);
  expect(await call("PUT", `${agents}/east/gpu/n1/drain`)).toMatchObject({ status: 200, body: { draining: true } });
  expect((await call("GET", agents)).body.items).toMatchObject([{ draining: true }]);
  expect(await call("PUT", `${agents}/east/gpu/n1/uncordon`)).toMatchObject({ status: 200, body: { draining: false } });
  expect((await call("GET", agents)).body.items).toMatchObject([{ draining: false }]);
});

test("one that is gone is not drained, one that was not drained not given back", async () => {
  expect(await call("PUT", "/api/v1/capstan/agents/east/gpu/n2/drain")).toMatchObject({
    status: 404,
    body: { message: 'agent "east/gpu/n2" is not among the living' },
  });
  expect((await call("PUT", "/api/v1/capstan/agents/east/gpu/n1/uncordon")).status).toBe(404);
});

test("a workflow's waiting tasks are told with the agents that could take them", async () => {
  const { body } = await call("POST", "/api/v1/workflows/default", { workflow: hello() });
  const node: NodeStatus = {
    ...{ id: "n", name: "n", displayName: "n", type: "Pod", phase: "Pending", attempt: 1, pool: "cluster=east" },
  };
  world.commit(body.metadata.uid, { nodes: [node, { ...node, id: "m", pool: "cluster=west" }] });
  const waiting = await call("GET", `/api/v1/capstan/workflows/default/${body.metadata.name}/waiting`);
  expect(waiting.body.pools).toEqual([
    { pool: "cluster=east", tasks: 1, agents: 1, draining: 0 },
    { pool: "cluster=west", tasks: 1, agents: 0, draining: 0 },
  ]);
});
