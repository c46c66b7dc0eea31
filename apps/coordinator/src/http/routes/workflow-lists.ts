import type { ListQuery, WorkflowPhase, WorkflowSummary } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { Wakeup } from "../change-feed.ts";
import { queryCount } from "../checked-input.ts";
import { collectPage } from "../collect-page.ts";
import type { HttpContext } from "../context.ts";
import { labelsMatch, parseLabelSelector } from "../label-selector.ts";
import { limits } from "../limits.ts";
import { describeRoute } from "../openapi.ts";
import { sendStream } from "../stream-reply.ts";

const phases = ["Pending", "Running", "Succeeded", "Failed", "Error"] as const;

const filterQuery = z.object({
  namespace: z.string().optional(),
  phase: z
    .string()
    .optional()
    .transform((text) => (text ?? "").split(",").filter((phase) => phase !== ""))
    .pipe(z.array(z.enum(phases)))
    .describe("one of several, comma-separated"),
  labels: z.string().optional().describe("a label selector, as Kubernetes writes it"),
  template: z.string().optional().describe("of the WorkflowTemplate that it was made from"),
  text: z.string().max(200).optional().describe("found in its name, message or cause"),
  submittedFrom: queryCount.describe("Unix ms"),
  submittedBefore: queryCount.describe("Unix ms"),
});

const listQuery = filterQuery.extend({ limit: queryCount, continue: z.string().optional() });

type Filter = z.infer<typeof filterQuery>;

const summary = z
  .object({
    uid: z.string(),
    shard: z.number().int(),
    namespace: z.string(),
    name: z.string(),
    phase: z.enum(["", ...phases]),
    message: z.string().optional(),
    cause: z.string().optional().describe("what failed in it, where the message does not say so"),
    progress: z.string(),
    submittedAtMs: z.number(),
    startedAtMs: z.number().optional(),
    finishedAtMs: z.number().optional(),
    suspended: z.boolean(),
    labels: z.record(z.string(), z.string()),
    templateName: z.string().optional(),
    priority: z.number(),
  })
  .meta({ id: "WorkflowSummary" });

const listEvent = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("changed"), items: z.array(summary), removed: z.array(z.string()).describe("uids") }),
    z.object({ type: z.literal("gap") }).describe("changes may have been missed: list again"),
  ])
  .meta({ id: "WorkflowListEvent" });

/** Lists of workflows for people: from the index alone, in pages, and live. */
export function workflowListRoutes(server: FastifyInstance, context: HttpContext): void {
  const { reader } = context.dependencies;

  const listing = describeRoute({
    ...{ tag: "Views", id: "ListSummaries", summary: "Lists workflows, the newest first, at the cost of the page" },
    query: listQuery,
    response: z.object({ items: z.array(summary), continue: z.string().optional() }),
  });
  server.get<{ Querystring: z.infer<typeof listQuery> }>("/api/v1/capstan/workflows", listing, async ({ query }) => {
    const limit = Math.min(query.limit || limits.listPageMax, limits.listPageMax);
    const indexQuery = {
      ...toIndexQuery(query),
      limit,
      ...(query.continue !== undefined && { continueToken: query.continue }),
    };
    // People wait for it: a page is short rather than late.
    const page = await collectPage(reader, indexQuery, summaryFilter(query), indexPagesMax);
    return { items: page.items, ...(page.continueToken !== undefined && { continue: page.continueToken }) };
  });

  const counting = describeRoute({
    ...{ tag: "Views", id: "CountPhases", summary: "How many workflows are in each phase" },
    query: filterQuery.pick({ namespace: true }),
    response: z.object({ counts: z.record(z.string(), z.number().int()) }),
  });
  server.get<{ Querystring: { namespace?: string } }>(
    "/api/v1/capstan/workflow-counts",
    counting,
    async ({ query }) => {
      const { "": fresh = 0, Pending = 0, ...counts } = await reader.countPhases(query.namespace || undefined);
      return { counts: { ...counts, Pending: Pending + fresh } };
    },
  );

  const following = describeRoute({
    ...{
      tag: "Views",
      id: "FollowSummaries",
      summary:
        "Follows a list: what changed of the workflows that the filter takes, and of those that it no longer takes",
    },
    ...{ query: filterQuery, events: listEvent },
  });
  server.get<{ Querystring: Filter }>("/api/v1/capstan/workflow-list/stream", following, (request, reply) => {
    const signal = context.streams.open(reply);
    const events = followList(context, request.query, signal);
    return sendStream(context, request, reply, events, { always: "events", bare: true });
  });
}

/** Index pages looked through for one page of a filtered list: 10 of at most 5,000 workflows each. */
const indexPagesMax = 10;
/** Changes remembered for a client that takes them slowly; of more, it is told to list again. */
const changesKeptMax = 2_000;

function toIndexQuery({ namespace, phase, labels, submittedFrom, submittedBefore }: Filter): Omit<ListQuery, "limit"> {
  const wanted: readonly WorkflowPhase[] = phase.includes("Pending") ? ["", ...phase] : phase;
  return {
    ...(namespace !== undefined && namespace !== "" && { namespace }),
    ...(wanted.length > 0 && { phases: wanted }),
    ...(labels !== undefined && labels !== "" && { labels: labelTerms(labels) }),
    ...(submittedFrom !== undefined && { submittedFromMs: submittedFrom }),
    ...(submittedBefore !== undefined && { submittedBeforeMs: submittedBefore }),
  };
}

function labelTerms(text: string) {
  const parsed = parseLabelSelector(text);
  if (!parsed.ok) throw new ApiError("InvalidArgument", parsed.error);
  return parsed.value;
}

/** What the index does not know of a filter. */
function summaryFilter({ template, text }: Filter): (summary: WorkflowSummary) => boolean {
  const wanted = (text ?? "").trim().toLowerCase();
  return (item) =>
    (template === undefined || template === "" || item.templateName === template) &&
    (wanted === "" || [item.name, item.message, item.cause].some((found) => found?.toLowerCase().includes(wanted)));
}

/** The whole filter, for a summary that comes by itself. */
function wholeFilter(filter: Filter): (summary: WorkflowSummary) => boolean {
  const { namespace, phases: wanted, labels = [], submittedFromMs, submittedBeforeMs } = toIndexQuery(filter);
  const keep = summaryFilter(filter);
  return (item) =>
    (namespace === undefined || item.namespace === namespace) &&
    (wanted === undefined || wanted.includes(item.phase)) &&
    labelsMatch(item.labels, labels) &&
    item.submittedAtMs >= (submittedFromMs ?? 0) &&
    item.submittedAtMs < (submittedBeforeMs ?? Number.POSITIVE_INFINITY) &&
    keep(item);
}

async function* followList(
  { dependencies, feed }: HttpContext,
  filter: Filter,
  signal: AbortSignal,
): AsyncGenerator<z.infer<typeof listEvent>> {
  const { clock } = dependencies;
  const takes = wholeFilter(filter);
  const changed = new Map<string, WorkflowSummary | undefined>();
  const wakeup = new Wakeup();
  let missed = false;
  const stop = await feed.listenIndex({
    onChange: ({ summary: item, removedUid }) => {
      const uid = item?.uid ?? removedUid ?? "";
      if (changed.size >= changesKeptMax && !changed.has(uid)) missed = true;
      else changed.set(uid, item !== undefined && takes(item) ? item : undefined);
      wakeup.ring();
    },
    onGap: () => {
      missed = true;
      wakeup.ring();
    },
  });
  try {
    while (!signal.aborted) {
      await wakeup.wait(clock, limits.watchPollMs, signal);
      if (signal.aborted) return;
      if (missed) {
        missed = false;
        changed.clear();
        yield { type: "gap" };
      } else if (changed.size > 0) yield takeChanges(changed);
      await clock.sleep(limits.listPauseMs, signal);
    }
  } finally {
    await stop();
  }
}

function takeChanges(changed: Map<string, WorkflowSummary | undefined>): z.infer<typeof listEvent> {
  const items = [...changed.values()].filter((item) => item !== undefined);
  const removed = [...changed].filter(([, item]) => item === undefined).map(([uid]) => uid);
  changed.clear();
  return { type: "changed", items: items as z.infer<typeof summary>[], removed };
}
