import { suspendedSteps, waitingPools } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { HttpContext } from "../context.ts";
import { describeRoute } from "../openapi.ts";
import { type Named, namedParams } from "../route-params.ts";
import { foundNodes } from "../views/graph-schemas.ts";

/** Of the steps that wait for somebody: a page names a few. */
const suspendedShownMax = 20;

const waitingPool = z.object({
  pool: z.string(),
  tasks: z.number().int(),
  agents: z.number().int().describe("that live and may take its tasks"),
  draining: z.number().int().describe("of those"),
});

const agent = z
  .object({
    agentId: z.string(),
    pool: z.string(),
    cluster: z.string(),
    labels: z.record(z.string(), z.string()),
    room: z.number().int().describe("how many more tasks it could take"),
    running: z.number().int(),
    version: z.string(),
    atMs: z.number().describe("when it was heard of last, Unix ms"),
    draining: z.boolean(),
  })
  .meta({ id: "Agent" });

const agentParams = z.object({ cluster: z.string(), pool: z.string(), node: z.string() });

const listing = describeRoute({
  ...{ tag: "Agents", id: "ListAgents", summary: "The agents that live" },
  response: z.object({ items: z.array(agent) }),
});

/** Which agents live, which of them take no more tasks, and who could take what waits. */
export function agentRoutes(server: FastifyInstance, { dependencies, lookup, views }: HttpContext): void {
  const { agents, defaultPool } = dependencies;

  server.get("/api/v1/capstan/agents", listing, async () => ({ items: await agents.list() }));

  const draining = describeRoute({
    ...{ tag: "Agents", id: "DrainAgent", summary: "Lets an agent take no more tasks; what runs goes on" },
    params: agentParams,
    response: agent,
  });
  server.put<AgentPath>("/api/v1/capstan/agents/:cluster/:pool/:node/drain", draining, async ({ params }) => {
    const agentId = idOf(params);
    const found = (await agents.list()).find((agent) => agent.agentId === agentId);
    if (found === undefined) throw new ApiError("NotFound", `agent "${agentId}" is not among the living`);
    await agents.drain(agentId);
    return { ...found, draining: true };
  });

  const uncordoning = describeRoute({
    ...{ tag: "Agents", id: "UncordonAgent", summary: "Lets a drained agent take tasks again" },
    params: agentParams,
    response: agent.pick({ agentId: true, draining: true }),
  });
  server.put<AgentPath>("/api/v1/capstan/agents/:cluster/:pool/:node/uncordon", uncordoning, async ({ params }) => {
    const agentId = idOf(params);
    if (!(await agents.uncordon(agentId))) throw new ApiError("NotFound", `agent "${agentId}" was not draining`);
    return { agentId, draining: false };
  });

  server.get<Named>(
    "/api/v1/capstan/workflows/:namespace/:name/waiting",
    describeRoute({
      ...{
        tag: "Agents",
        id: "ListWaitingPools",
        summary: "The pools that a workflow's tasks wait for, and who serves them; the steps that wait for somebody",
      },
      params: namedParams,
      response: z.object({ pools: z.array(waitingPool), suspended: foundNodes }),
    }),
    async ({ params }) => {
      const { place } = await lookup.findHead(params.namespace, params.name);
      const view = await views.current(place);
      const pools = waitingPools(view.nodes(), await agents.list(), defaultPool);
      return { pools, suspended: suspendedSteps(view, suspendedShownMax) };
    },
  );
}

interface AgentPath {
  readonly Params: { readonly cluster: string; readonly pool: string; readonly node: string };
}

function idOf({ cluster, pool, node }: AgentPath["Params"]): string {
  return `${cluster}/${pool}/${node}`;
}
