import { expect, test } from "vitest";
import type { NodeStatus } from "../status.ts";
import { waitingPools } from "./waiting-pools.ts";

const node = (name: string, changes: Partial<NodeStatus> = {}): NodeStatus => ({
  ...{ id: name, name, displayName: name, type: "Pod", phase: "Pending", attempt: 1 },
  ...changes,
});
const agent = (agentId: string, pool: string, cluster: string, draining = false) => ({
  ...{ agentId, pool, cluster, draining, labels: {}, room: 1, running: 0, version: "1", atMs: 1 },
});

test("counts the tasks that wait in each pool, and the agents that could take them", () => {
  const nodes = [
    ...[node("a"), node("b", { pool: "cluster=west" }), node("c", { pool: "cluster=west" })],
    node("d", { pool: "cluster=east" }),
    // These wait for no agent.
    node("runs", { phase: "Running" }),
    node("steps", { type: "Steps" }),
    node("not yet", { attempt: 0 }),
  ];
  const agents = [agent("default/1", "default", "east", true), agent("default/2", "default", "east")];
  expect(waitingPools(nodes, agents, "default")).toEqual([
    { pool: "cluster=west", tasks: 2, agents: 0, draining: 0 },
    { pool: "default", tasks: 1, agents: 2, draining: 1 },
    { pool: "cluster=east", tasks: 1, agents: 2, draining: 1 },
  ]);
});

test("names the fullest pools of very many", () => {
  const nodes = Array.from({ length: 300 }, (_, index) => node(`n${index}`, { pool: `selector=k${index % 100}` }));
  const waiting = waitingPools([...nodes, node("more", { pool: "selector=k99" })], [], "default");
  expect([waiting.length, waiting[0]]).toEqual([20, { pool: "selector=k99", tasks: 4, agents: 0, draining: 0 }]);
});
