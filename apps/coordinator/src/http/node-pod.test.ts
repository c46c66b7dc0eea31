import { fail, type NodeStatus, ok } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { hello } from "./testing/manifests.ts";

let world: FakeWorld;
let server: FastifyInstance;
let uid: string;
beforeEach(async () => {
  world = new FakeWorld();
  server = await createHttpServer(world.dependencies());
  await server.inject({
    method: "POST",
    url: "/api/v1/workflows/default",
    payload: { workflow: hello({ name: "wf" }) },
  });
  uid = world.names.get("default/wf") ?? "";
});
afterEach(() => server.close());

async function podOf(fields: Partial<NodeStatus> = {}) {
  const node: NodeStatus = {
    ...{ id: "n", name: "wf.n", displayName: "n", type: "Pod", phase: "Running", templateName: "main", attempt: 1 },
    ...{ startedAtMs: 1, links: { ordinal: 0 }, ...fields },
  };
  world.commit(uid, { nodes: [node] });
  const response = await server.inject("/api/v1/capstan/workflows/default/wf/nodes/n/pod");
  return { status: response.statusCode, body: response.json() };
}

const pod = { kind: "Pod", metadata: { name: "wf-main-n" } };
const event = { type: "Warning", reason: "Failed", message: "no such image", count: 2, lastAtMs: 5 };

test.each([
  { isGone: false, state: "present" },
  { isGone: true, state: "gone" },
])("a Pod that its agent knows is $state", async ({ isGone, state }) => {
  world.podAnswers.set(`${uid}.n.1`, ok({ kind: "pod", pod, isGone, seenAtMs: 7, events: [event] }));
  expect(await podOf()).toEqual({ status: 200, body: { state, pod, seenAtMs: 7, events: [event] } });
});

test("a Pod is shown without its events where these may not be read", async () => {
  const answer = { kind: "pod", pod, isGone: false, seenAtMs: 7, events: [], eventsProblem: "forbidden" } as const;
  world.podAnswers.set(`${uid}.n.1`, ok(answer));
  expect((await podOf()).body).toMatchObject({ state: "present", pod, eventsProblem: "forbidden" });
});

test("a task that runs without a Pod says why", async () => {
  world.podAnswers.set(`${uid}.n.1`, ok({ kind: "no-pod", reason: "a process of the agent's" }));
  expect((await podOf()).body).toEqual({ state: "none", message: "a process of the agent's", events: [] });
});

test.each([
  { node: { phase: "Pending" }, message: "the step waits for an agent that takes it" },
  {
    node: { phase: "Failed", hostNodeName: "node-3", pool: "gpu" },
    message: 'no living agent of pool "gpu" knows of a Pod (any more); it ran on node node-3',
  },
] as const)("a Pod that nobody knows of: $message", async ({ node, message }) => {
  expect((await podOf(node)).body).toEqual({ state: "none", message, events: [] });
});

test("agents that do not answer are said to be silent, which is not to have no Pod", async () => {
  world.podAnswers.set(`${uid}.n.1`, fail("no agent answers"));
  expect(await podOf({ hostNodeName: "node-3" })).toMatchObject({
    status: 503,
    body: { message: "no agent answers; it ran on node node-3" },
  });
});

test("a node that is no Pod has none", async () => {
  expect(await podOf({ type: "Steps" })).toMatchObject({ status: 404 });
});
