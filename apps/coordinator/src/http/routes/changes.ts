import type { NodeStatus, StoredWorkflow, WorkflowChange, WorkflowHeader } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { queryCount } from "../checked-input.ts";
import type { HttpContext } from "../context.ts";
import { limits } from "../limits.ts";
import { describeRoute } from "../openapi.ts";
import { type Named, namedParams } from "../route-params.ts";
import { sendStream } from "../stream-reply.ts";
import type { WorkflowPlace } from "../workflow-lookup.ts";

/**
 * One event of a workflow's changes. Nodes are as the engine keeps them (times in ms, children derived from `links`); values
 * are whole, so taking one twice is harmless. A `snapshot` replaces all that was known; long ones go on in the events after it.
 */
export interface ChangeEvent {
  readonly type: "snapshot" | "change";
  readonly metadata?: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly header?: WorkflowHeader;
  readonly nodes: readonly NodeStatus[];
  readonly removedNodeIds: readonly string[];
  readonly deleted: boolean;
  /** More of the snapshot follows. */
  readonly more?: boolean;
}

const nodesQuery = z.object({
  limit: queryCount,
  continue: z.string().optional(),
  phase: z.string().optional(),
  type: z.string().optional(),
});

const changeEvent = z.object({
  type: z.enum(["snapshot", "change"]),
  metadata: z.object({ name: z.string(), namespace: z.string(), uid: z.string() }).optional(),
  header: z.looseObject({}).optional(),
  nodes: z.array(z.looseObject({ id: z.string(), phase: z.string() })),
  removedNodeIds: z.array(z.string()),
  deleted: z.boolean(),
  more: z.boolean().optional(),
});

/** Capstan's own reads of one workflow: what changed, at the cost of what changed, and its nodes in pages. */
export function changeRoutes(server: FastifyInstance, context: HttpContext): void {
  server.get<Named>(
    "/api/v1/capstan/workflows/:namespace/:name/changes",
    describeRoute({
      tag: "Workflows",
      id: "FollowWorkflow",
      summary: "Follows one workflow at the cost of what changes: a snapshot, then its changes",
      params: namedParams,
      events: changeEvent,
    }),
    async (request, reply) => {
      const { place } = await context.lookup.find(request.params.namespace, request.params.name);
      const signal = context.streams.open(reply);
      return sendStream(context, request, reply, followChanges(context, place, signal), {
        always: "events",
        bare: true,
      });
    },
  );

  server.get<Named & { Querystring: z.infer<typeof nodesQuery> }>(
    "/api/v1/capstan/workflows/:namespace/:name/nodes",
    describeRoute({
      tag: "Workflows",
      id: "ListNodes",
      summary: "A workflow's nodes in pages, in order of their creation",
      params: namedParams,
      query: nodesQuery,
      response: z.object({
        items: z.array(z.looseObject({ id: z.string(), phase: z.string() })),
        metadata: z.object({ continue: z.string().optional() }),
      }),
    }),
    async (request) => {
      const { query } = request;
      const { stored } = await context.lookup.find(request.params.namespace, request.params.name);
      return nodePage(stored, query);
    },
  );
}

async function* followChanges(
  { dependencies, feed }: HttpContext,
  place: WorkflowPlace,
  signal: AbortSignal,
): AsyncGenerator<ChangeEvent> {
  const { reader, clock } = dependencies;
  const { wakeup, stop } = feed.watchWorkflow(place.uid);
  let needsSnapshot = true;
  let lastId = "";
  try {
    while (!signal.aborted) {
      if (needsSnapshot) {
        // The id first: changes between the two are then told twice rather than never.
        lastId = await reader.lastChangeId(place.shard, place.uid);
        const stored = await reader.get(place.shard, place.uid);
        if (stored === undefined) return yield deletion;
        yield* snapshot(place, stored);
        needsSnapshot = false;
      }
      const page = await reader.readChanges(place.shard, place.uid, lastId, limits.changesPerRead);
      needsSnapshot = page.missed;
      if (page.missed) continue;
      for (const change of page.changes) {
        lastId = change.id;
        yield toEvent(change);
        if (change.deleted) return;
      }
      if (page.changes.length > 0) continue;
      if (await isGone(dependencies, place)) return yield deletion;
      await wakeup.wait(clock, limits.watchPollMs, signal);
    }
  } finally {
    stop();
  }
}

const deletion: ChangeEvent = { type: "change", nodes: [], removedNodeIds: [], deleted: true };

/** A workflow's keys go with it, its log too, so a deletion may leave no change to read. */
async function isGone({ inbox }: HttpContext["dependencies"], place: WorkflowPlace): Promise<boolean> {
  return (await inbox.findUid(place.shard, place.namespace, place.name)) !== place.uid;
}

function* snapshot(place: WorkflowPlace, stored: StoredWorkflow): Generator<ChangeEvent> {
  const { namespace, name, uid } = place;
  const slice = (from: number) => stored.nodes.slice(from, from + limits.nodesPerEvent);
  const base = { removedNodeIds: [], deleted: false };
  const more = (sent: number) => (sent < stored.nodes.length ? { more: true } : {});
  yield {
    type: "snapshot",
    metadata: { name, namespace, uid },
    header: stored.header,
    nodes: slice(0),
    ...base,
    ...more(limits.nodesPerEvent),
  };
  for (let from = limits.nodesPerEvent; from < stored.nodes.length; from += limits.nodesPerEvent) {
    yield { type: "change", nodes: slice(from), ...base, ...more(from + limits.nodesPerEvent) };
  }
}

function toEvent({ header, nodes, removedNodeIds, deleted }: WorkflowChange): ChangeEvent {
  return { type: "change", ...(header !== undefined && { header }), nodes, removedNodeIds, deleted };
}

function nodePage(stored: StoredWorkflow, query: z.infer<typeof nodesQuery>) {
  const limit = Math.min(query.limit || limits.nodesPerEvent, limits.nodesPerPageMax);
  const after = Number(query.continue ?? -1);
  const wanted = stored.nodes
    .filter((node) => query.phase === undefined || node.phase === query.phase)
    .filter((node) => query.type === undefined || node.type === query.type)
    .filter((node) => ordinalOf(node) > after)
    .sort((left, right) => ordinalOf(left) - ordinalOf(right));
  const items = wanted.slice(0, limit);
  const last = items.at(-1);
  const isLast = wanted.length <= limit || last === undefined;
  return { items, metadata: isLast ? {} : { continue: String(ordinalOf(last)) } };
}

/** Nodes get their number when they are created, so pages are stable while nodes are added. */
function ordinalOf(node: NodeStatus): number {
  return node.links?.ordinal ?? 0;
}
