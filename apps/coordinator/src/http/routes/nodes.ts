import { Readable } from "node:stream";
import {
  formatTimestamp,
  type LogLine,
  type NodeStatus,
  templateOfNode,
  toNodeObject,
  type WorkflowView,
} from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { queryCount, queryFlag } from "../checked-input.ts";
import type { HttpContext } from "../context.ts";
import { podOf, taskOf } from "../follow-logs.ts";
import { limits } from "../limits.ts";
import { describeRoute } from "../openapi.ts";
import { type NodePath, nodeParams } from "../route-params.ts";
import { sendStream } from "../stream-reply.ts";
import { nodePhase } from "../views/graph-schemas.ts";

const attempt = z.object({
  id: z.string(),
  name: z.string(),
  phase: z.string(),
  message: z.string().optional(),
  startedAtMs: z.number().optional(),
  finishedAtMs: z.number().optional(),
});

const nodeDetail = z
  .object({
    node: z.looseObject({
      id: z.string(),
      name: z.string(),
      displayName: z.string(),
      type: z.string(),
      phase: nodePhase,
      templateName: z.string().optional(),
      message: z.string().optional(),
      inputs: z.looseObject({}).optional(),
      outputs: z.looseObject({}).optional(),
      hostNodeName: z.string().optional(),
    }),
    times: z.object({
      startedAtMs: z.number().optional(),
      runStartedAtMs: z.number().optional(),
      finishedAtMs: z.number().optional(),
    }),
    path: z
      .array(z.object({ id: z.string(), name: z.string() }))
      .describe("the containers above it, the outermost first"),
    attempts: z.array(attempt).describe("of a step that is retried: all of its attempts, this one among them"),
    template: z.looseObject({}).optional().describe("as it was written"),
    taskId: z.string().optional(),
    podName: z.string().optional(),
    pool: z.string(),
    hasLog: z.boolean(),
  })
  .meta({ id: "NodeDetail" });

const logQuery = z.object({
  follow: queryFlag,
  tail: queryCount.describe("only the last lines"),
  search: z.string().max(1_000).optional().describe("only lines that hold this text, in whatever case"),
  container: z.string().optional(),
});

const logEvent = z
  .object({
    lines: z.array(
      z.object({
        atMs: z.number(),
        stream: z.enum(["stdout", "stderr"]),
        container: z.string(),
        text: z.string(),
        skippedBytes: z.number().optional().describe("of the first line: what lies before it and is not given"),
      }),
    ),
  })
  .meta({ id: "LogLines" });

/** One node and its log, without a look at the others. */
export function nodeRoutes(server: FastifyInstance, context: HttpContext): void {
  const path = "/api/v1/capstan/workflows/:namespace/:name/nodes/:id";
  const described = { tag: "Views", params: nodeParams } as const;

  const reading = describeRoute({
    ...described,
    ...{ id: "GetNode", summary: "One node: inputs, outputs, attempts, template", response: nodeDetail },
  });
  server.get<NodePath>(path, reading, async ({ params }) => {
    const { head, place, node } = await context.lookup.findNode(params);
    const view = await context.views.current(place);
    const template = templateOfNode(head.bundle, node);
    const isTask = node.type === "Pod" && (node.attempt ?? 0) > 0;
    return {
      node: toNodeObject(node),
      times: timesOf(node),
      path: [...view.above(node.id)].reverse().map((id) => ({ id, name: nameIn(view, id) })),
      attempts: attemptsOf(view, node.id),
      ...(template !== undefined && { template }),
      ...(isTask && { taskId: taskOf(place.uid, node), podName: podOf(place.name, node) }),
      pool: node.pool ?? context.dependencies.defaultPool,
      hasLog: isTask && node.phase !== "Pending",
    };
  });

  const logging = describeRoute({
    ...described,
    ...{ id: "FollowNodeLog", summary: "The log of one node, in batches of lines", query: logQuery, events: logEvent },
  });
  server.get<NodePath & { Querystring: z.infer<typeof logQuery> }>(`${path}/log`, logging, async (request, reply) => {
    const signal = context.streams.open(reply);
    const lines = await openLog(context, request.params, request.query, signal);
    return sendStream(context, request, reply, batched(lines), { always: "events", bare: true });
  });

  const downloading = describeRoute({
    ...described,
    ...{ id: "DownloadNodeLog", summary: "The log of one node as a text file", response: z.string() },
    query: z.object({ tail: queryCount.describe("only the last lines") }),
  });
  server.get<NodePath & { Querystring: { tail?: number } }>(`${path}/log.txt`, downloading, async (request, reply) => {
    const signal = context.streams.open(reply);
    const query = { follow: false, tail: request.query.tail, search: undefined, container: undefined };
    const lines = await openLog(context, request.params, query, signal);
    reply.header("content-type", "text/plain; charset=utf-8");
    reply.header("content-disposition", `attachment; filename="${request.params.id.replace(/[^\w.-]/g, "_")}.log"`);
    return reply.send(Readable.from(textOf(lines)));
  });
}

function timesOf({ startedAtMs, runStartedAtMs, finishedAtMs }: NodeStatus) {
  return {
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(runStartedAtMs !== undefined && { runStartedAtMs }),
    ...(finishedAtMs !== undefined && { finishedAtMs }),
  };
}

function nameIn(view: WorkflowView, id: string): string {
  const node = view.node(id);
  return node?.displayName ?? view.place(id)?.children[0]?.node?.slot ?? id;
}

/** The attempts of the step that a node is, or is an attempt of. */
function attemptsOf(view: WorkflowView, id: string) {
  const place = view.place(id);
  const retry = place?.node?.type === "Retry" ? place : place?.above;
  if (retry?.node?.type !== "Retry") return [];
  return retry.children.slice(-limits.attemptsShownMax).flatMap(({ node }) => {
    if (node === undefined) return [];
    const { displayName: name, phase, message, startedAtMs, finishedAtMs } = node;
    return { id: node.id, name, phase, message, startedAtMs, finishedAtMs };
  });
}

async function openLog(
  context: HttpContext,
  params: NodePath["Params"],
  { follow, tail, search, container }: z.infer<typeof logQuery>,
  signal: AbortSignal,
): Promise<AsyncIterable<LogLine>> {
  const { place, node } = await context.lookup.findNode(params);
  if (node.type !== "Pod" || (node.attempt ?? 0) === 0) {
    throw new ApiError("NotFound", `node "${node.displayName}" is a ${node.type} and has no log of its own`);
  }
  const { logs, defaultPool } = context.dependencies;
  const options = {
    follow,
    ...(tail !== undefined && { tailLines: Math.min(tail, limits.logTailLinesMax) }),
    ...(search !== undefined && search !== "" && { search }),
    ...(container !== undefined && container !== "" && { container }),
  };
  return logs.requestLogs({ id: taskOf(place.uid, node), pool: node.pool ?? defaultPool }, options, signal);
}

/** Lines that are there together are sent together: a long log is not a million events. */
async function* batched(lines: AsyncIterable<LogLine>): AsyncGenerator<{ readonly lines: readonly LogLine[] }> {
  const iterator = lines[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const first = await next;
      if (first.done === true) return;
      const batch = [first.value];
      next = iterator.next();
      while (batch.length < limits.logLinesPerEvent) {
        const more = await Promise.race([next, soon()]);
        if (more === undefined || more.done === true) break;
        batch.push(more.value);
        next = iterator.next();
      }
      yield { lines: batch };
    }
  } finally {
    next.catch(() => {});
    await iterator.return?.();
  }
}

function soon(): Promise<undefined> {
  return new Promise((resolve) => {
    setImmediate(() => resolve(undefined));
  });
}

/** In pieces of some size, however short the lines are. What is not kept any more is said where it was. */
async function* textOf(lines: AsyncIterable<LogLine>): AsyncGenerator<string> {
  let piece = "";
  // Of a log that is written fast many lines have one time, and writing it takes longer than all else here.
  let stamp = { atMs: Number.NaN, text: "" };
  for await (const { atMs, text, skippedBytes } of lines) {
    if (skippedBytes !== undefined) piece += `[the first ${skippedBytes} bytes of this log are not kept any more]\n`;
    if (atMs !== stamp.atMs) stamp = { atMs, text: formatTimestamp(atMs) };
    piece += `${stamp.text} ${text}\n`;
    if (piece.length < limits.logPieceLength) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}
