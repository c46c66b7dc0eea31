import { failureCauses, findNodes, happenings, momentsOf } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { queryCount } from "../checked-input.ts";
import type { HttpContext } from "../context.ts";
import { limits } from "../limits.ts";
import { describeRoute } from "../openapi.ts";
import { type Named, namedParams } from "../route-params.ts";
import { sendStream } from "../stream-reply.ts";
import { followGraph } from "../views/follow-graph.ts";
import { graphSnapshot } from "../views/graph-events.ts";
import {
  eventPage,
  failureCausesSchema,
  foundNodes,
  graphEvent,
  graphSnapshotSchema,
  phaseList,
} from "../views/graph-schemas.ts";

const idList = z
  .string()
  .optional()
  .transform((text) => new Set((text ?? "").split(",").filter((id) => id !== "")))
  .refine((ids) => ids.size <= limits.openedContainersMax, `at most ${limits.openedContainersMax} ids`);

const openedQuery = z.object({
  expand: idList.describe("containers to show what is in them, comma-separated"),
  collapse: idList.describe("containers to keep closed"),
  focus: z.string().optional().describe("a node that is looked for: shown however many others are beside it"),
});

const momentQuery = openedQuery.extend({ at: queryCount.describe("the moment, Unix ms; now when absent") });
const findQuery = z.object({ text: z.string().max(200).default(""), phase: phaseList, limit: queryCount });

/** What is drawn of a workflow: live, at a moment of the past, and where a node is in it. */
export function graphRoutes(server: FastifyInstance, context: HttpContext): void {
  const path = "/api/v1/capstan/workflows/:namespace/:name";
  const described = { tag: "Views", params: namedParams } as const;

  const following = describeRoute({
    ...described,
    ...{ id: "FollowGraph", summary: "Draws a workflow, live: a snapshot of what is shown, then what of it changes" },
    description:
      "Large loops come as one vertex with counts and a strip of phases, so a look costs what is shown, whatever the workflow's size.",
    ...{ query: openedQuery, events: graphEvent },
  });
  server.get<Named & { Querystring: z.infer<typeof openedQuery> }>(
    `${path}/graph/stream`,
    following,
    async (request, reply) => {
      const found = await context.lookup.findHead(request.params.namespace, request.params.name);
      const signal = context.streams.open(reply);
      const events = followGraph(context, found, request.query, signal);
      return sendStream(context, request, reply, events, { always: "events", bare: true });
    },
  );

  const reading = describeRoute({
    ...described,
    ...{ id: "GetGraph", summary: "Draws a workflow as it is, or as it was at a moment" },
    ...{ query: momentQuery, response: graphSnapshotSchema },
  });
  server.get<Named & { Querystring: z.infer<typeof momentQuery> }>(`${path}/graph`, reading, async (request) => {
    const view = await viewOf(context, request.params);
    const { at } = request.query;
    return graphSnapshot(at === undefined ? view : view.at(at), request.query);
  });

  const moments = describeRoute({
    ...described,
    ...{ id: "ListMoments", summary: "The moments at which something changed, Unix ms: where a replay stops" },
    response: z.object({ moments: z.array(z.number()) }),
  });
  server.get<Named>(`${path}/moments`, moments, async (request) => ({
    moments: momentsOf(await viewOf(context, request.params), limits.momentsMax),
  }));

  const telling = describeRoute({
    ...described,
    ...{ id: "ListEvents", summary: "What happened to the nodes, the latest first, in pages" },
    ...{ query: z.object({ limit: queryCount, continue: z.string().optional() }), response: eventPage },
  });
  server.get<Named & { Querystring: { limit?: number; continue?: string } }>(
    `${path}/events`,
    telling,
    async (request) => {
      const { limit = limits.eventsPageMax, continue: before } = request.query;
      const most = Math.min(limit, limits.eventsPageMax);
      const items = happenings(await viewOf(context, request.params), before || undefined, most);
      const last = items.at(-1);
      return { items, ...(items.length === most && last !== undefined && { continue: last.place }) };
    },
  );

  const finding = describeRoute({
    ...described,
    ...{ id: "FindNodes", summary: "Finds nodes by name, template, message, host or phase; failed ones first" },
    ...{ query: findQuery, response: foundNodes },
  });
  server.get<Named & { Querystring: z.infer<typeof findQuery> }>(`${path}/find`, finding, async (request) => {
    const { text, phase, limit = limits.foundNodesMax } = request.query;
    const view = await viewOf(context, request.params);
    return findNodes(view, { text, phases: phase, limit: Math.min(limit, limits.foundNodesMax) });
  });

  const explaining = describeRoute({
    ...described,
    ...{
      id: "ListFailureCauses",
      summary: "What failed by itself, the earliest first; of a retried step its last attempt",
    },
    ...{ query: z.object({ limit: queryCount }), response: failureCausesSchema },
  });
  server.get<Named & { Querystring: { limit?: number } }>(`${path}/failure-causes`, explaining, async (request) => {
    const { limit = limits.foundNodesMax } = request.query;
    return failureCauses(await viewOf(context, request.params), Math.min(limit, limits.foundNodesMax));
  });
}

async function viewOf({ lookup, views }: HttpContext, { namespace, name }: Named["Params"]) {
  const { place } = await lookup.findHead(namespace, name);
  return views.current(place);
}
