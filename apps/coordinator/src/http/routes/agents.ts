import { waitingPools } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { ApiError } from "../api-error.ts";
import type { HttpContext } from "../context.ts";

/** Which agents live, which of them take no more tasks, and who could take what waits. */
export function agentRoutes(server: FastifyInstance, { dependencies, lookup }: HttpContext): void {
  const { agents, defaultPool } = dependencies;

  server.get("/api/v1/capstan/agents", async () => ({ items: await agents.list() }));

  server.put<AgentPath>("/api/v1/capstan/agents/:cluster/:pool/:node/drain", async ({ params }) => {
    const agentId = idOf(params);
    const found = (await agents.list()).find((agent) => agent.agentId === agentId);
    if (found === undefined) throw new ApiError("NotFound", `agent "${agentId}" is not among the living`);
    await agents.drain(agentId);
    return { ...found, draining: true };
  });

  server.put<AgentPath>("/api/v1/capstan/agents/:cluster/:pool/:node/uncordon", async ({ params }) => {
    const agentId = idOf(params);
    if (!(await agents.uncordon(agentId))) throw new ApiError("NotFound", `agent "${agentId}" was not draining`);
    return { agentId, draining: false };
  });

  server.get<{ Params: { readonly namespace: string; readonly name: string } }>(
    "/api/v1/capstan/workflows/:namespace/:name/waiting",
    async ({ params }) => {
      const { stored } = await lookup.find(params.namespace, params.name);
      return { pools: waitingPools(stored.nodes, await agents.list(), defaultPool) };
    },
  );
}

interface AgentPath {
  readonly Params: { readonly cluster: string; readonly pool: string; readonly node: string };
}

function idOf({ cluster, pool, node }: AgentPath["Params"]): string {
  return `${cluster}/${pool}/${node}`;
}
