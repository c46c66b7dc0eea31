import { type NodeStatus, nodeIdOf, type QueuedTask, type Task } from "@capstan/core";
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
});
afterEach(() => server.close());

async function get(url: string) {
  const response = await server.inject({ method: "GET", url: `/api/v1/capstan/${url}` });
  return { status: response.statusCode, body: response.json() };
}

async function submit(): Promise<{ readonly uid: string; readonly name: string }> {
  const payload = { workflow: hello() };
  return (await server.inject({ method: "POST", url: "/api/v1/workflows/default", payload })).json().metadata;
}

const node = (name: string, changes: Partial<NodeStatus> = {}): NodeStatus => ({
  ...{ id: name, name, displayName: name, type: "Pod", phase: "Pending", attempt: 1 },
  ...changes,
});

function queued(nodeId: string, changes: Partial<QueuedTask> = {}): QueuedTask {
  const submittedAtSeconds = Date.now() / 1_000 - 100;
  const bid = {
    ...{ keySeconds: submittedAtSeconds, submittedAtSeconds, thetaSeconds: 60, k: 0.01, criticalPathSeconds: 10 },
    ...{ remainingWorkTermSeconds: 5, userPrioritySeconds: 0 },
  };
  const task = { namespace: "default", workflowName: "w", nodeId, nodeName: `w.${nodeId}`, bid } as unknown as Task;
  return { taskId: `uid.${nodeId}.1`, pool: "default", place: "waiting", deliveries: 0, task, ...changes };
}

function living(pool: string, room: number) {
  const agentId = `east/${pool}/n1`;
  const agent = { agentId, pool, cluster: "east", labels: {}, room, running: 0, version: "1", atMs: 5 };
  world.agents.living.set(agentId, agent);
}

test("pools are listed that have tasks, that have agents, and the default one", async () => {
  living("gpu", 3);
  world.queues.tasks.push(queued("a", { pool: "cluster=east", rank: 0 }), queued("b", { place: "running" }));
  const { body } = await get("queues");
  expect(body.items).toMatchObject([
    { pool: "cluster=east", waiting: 1, agents: 1, room: 3, heardOfMs: 5 },
    { pool: "default", waiting: 0, running: 1, agents: 0, room: 0 },
    { pool: "gpu", waiting: 0, agents: 1, room: 3 },
  ]);
});

test("what runs next is told with its bid taken apart; a job that cannot be read is shown too", async () => {
  world.queues.tasks.push(queued("a", { rank: 0 }), { ...queued("b", { rank: 1 }), task: undefined } as never);
  const { body } = await get("queues/default/next");
  expect(body.items).toMatchObject([
    { nodeName: "w.a", rank: 0, bid: { k: 0.01, thetaSeconds: 60 } },
    { taskId: "uid.b.1", rank: 1 },
  ]);
  const { terms, executionTimeSeconds } = body.items[0].bid;
  expect(terms.map(({ name }: { name: string }) => name)).toContain("critical path");
  expect(executionTimeSeconds).toBeCloseTo(105, 0);
  expect((await get("queues/default/next?limit=1")).body.items).toHaveLength(1);
  expect((await get("queues/default/next?limit=x")).status).toBe(400);
});

test("a node's bid says its rank and what it waits for", async () => {
  const { uid, name } = await submit();
  world.commit(uid, { nodes: [node("n"), node("steps", { type: "Steps", attempt: 0 })] });
  const url = `workflows/default/${name}/nodes`;
  expect((await get(`${url}/n/bid`)).status).toBe(404);
  world.queues.tasks.push(queued("n", { taskId: `${uid}.n.1`, rank: 4 }));
  expect((await get(`${url}/n/bid`)).body).toMatchObject({ rank: 4, waitsFor: "agent", bid: { thetaSeconds: 60 } });
  living("default", 0);
  expect((await get(`${url}/n/bid`)).body).toMatchObject({
    waitsFor: "room",
    message: expect.stringMatching(/4 tasks/),
  });
  expect((await get(`${url}/nobody/bid`)).status).toBe(404);
});

test("steps between two attempts are told with the number of attempts and the last one's error", async () => {
  const { uid, name } = await submit();
  const attempts = Array.from({ length: 18 }, (_, index) => `${name}.step(${index})`);

  world.commit(uid, {
    nodes: [
      node(`${name}.step`, { id: "retry", type: "Retry", phase: "Running" }),
      ...attempts.map((at, index) =>
        node(at, { id: nodeIdOf(name, at), phase: "Failed", message: `exit code ${index}` }),
      ),
    ],
  });
  const of = { shard: 0, workflowUid: uid, namespace: "default", workflowName: name };
  world.queues.retries.push({ ...of, nodeId: "retry", dueAtMs: 9 }, { ...of, nodeId: "gone", dueAtMs: 10 });
  expect((await get("retries")).body.items).toEqual([
    {
      ...{ namespace: "default", workflow: name, nodeId: "retry", nodeName: `${name}.step`, attempts: 18, dueAtMs: 9 },
      ...{ lastError: "exit code 17", lastAttemptId: nodeIdOf(name, attempts[17] ?? "") },
    },
  ]);
});

test("refused tasks are told with the reason and the time of the next offer", async () => {
  world.queues.tasks.push(queued("a", { place: "away", awayUntilMs: 7, deliveries: 2, lastError: "no room" }));
  expect((await get("queues/default/away")).body.items).toMatchObject([
    { nodeId: "a", awayUntilMs: 7, deliveries: 2, lastError: "no room" },
  ]);
});
