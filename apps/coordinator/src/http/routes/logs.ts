import {
  formatTimestamp,
  type LogOptions,
  type NodeStatus,
  objectAt,
  parseTimestamp,
  templateOfNode,
} from "@capstan/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { RE2JS } from "re2js";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { logEvent } from "../argo-schemas.ts";
import { queryCount, queryFlag } from "../checked-input.ts";
import type { HttpContext } from "../context.ts";
import { isLogged, LogFollower, podOf, taskOf } from "../follow-logs.ts";
import { labelsMatch, parseLabelSelector } from "../label-selector.ts";
import { limits } from "../limits.ts";
import { type LogOfPod, mergeByTime, type SourcedLine } from "../log-merge.ts";
import { describeRoute } from "../openapi.ts";
import { type Named, namedParams } from "../route-params.ts";
import { sendStream } from "../stream-reply.ts";
import type { FoundWorkflow } from "../workflow-lookup.ts";

const logQuery = z.object({
  podName: z.string().optional(),
  "logOptions.container": z.string().optional(),
  "logOptions.follow": queryFlag,
  "logOptions.timestamps": queryFlag,
  "logOptions.sinceSeconds": queryCount,
  "logOptions.sinceTime": z.string().optional(),
  "logOptions.sinceTime.seconds": queryCount,
  "logOptions.tailLines": queryCount,
  grep: z.string().optional(),
  selector: z.string().optional(),
});

const podParams = namedParams.extend({ podName: z.string() });

type LogQuery = z.infer<typeof logQuery>;

/** Logs of a workflow or of one of its pods, as Argo Server streams them. */
export function logRoutes(server: FastifyInstance, context: HttpContext): void {
  const described = { tag: "Workflows", query: logQuery, events: logEvent } as const;
  server.get<Named & { Querystring: LogQuery }>(
    "/api/v1/workflows/:namespace/:name/log",
    describeRoute({
      ...described,
      id: "WorkflowService_WorkflowLogs",
      summary: "Streams the logs of a workflow's Pods, by time",
      params: namedParams,
    }),
    (request, reply) => streamLogs(context, request, reply, undefined),
  );
  server.get<{ Params: z.infer<typeof podParams>; Querystring: LogQuery }>(
    "/api/v1/workflows/:namespace/:name/:podName/log",
    describeRoute({
      ...described,
      id: "WorkflowService_PodLogs",
      summary: "Streams the log of one Pod; a node's id will do",
      params: podParams,
    }),
    (request, reply) => streamLogs(context, request, reply, request.params.podName),
  );
}

async function streamLogs(
  context: HttpContext,
  request: FastifyRequest<Named & { Querystring: LogQuery }>,
  reply: FastifyReply,
  podName: string | undefined,
): Promise<FastifyReply> {
  const { query } = request;
  const isWanted = lineFilter(query);
  const labels = parseLabelSelector(query.selector ?? "");
  if (!labels.ok) throw new ApiError("InvalidArgument", labels.error);
  const options = logOptions(query, context.dependencies.clock.nowMs());
  const found = await context.lookup.find(request.params.namespace, request.params.name);
  const signal = context.streams.open(reply);
  const asked = podName ?? query.podName ?? "";
  const isChosen = (node: NodeStatus): boolean =>
    (asked === "" || asked === node.id || asked === podOf(found.place.name, node)) &&
    labelsMatch(podLabels(found, node), labels.value);
  const lines = readLogs(context, found, options, isChosen, signal);
  return sendStream(context, request, reply, formatted(lines, isWanted, query["logOptions.timestamps"]));
}

async function* readLogs(
  context: HttpContext,
  { place, stored }: FoundWorkflow,
  options: LogOptions,
  isChosen: (node: NodeStatus) => boolean,
  signal: AbortSignal,
): AsyncGenerator<SourcedLine> {
  const { logs, defaultPool } = context.dependencies;
  const failures: string[] = [];
  const onFailure = (pod: string, error: unknown) => void failures.push(`${pod}: ${messageOf(error)}`);
  const podsOf = (nodes: readonly NodeStatus[]): readonly LogOfPod[] =>
    nodes
      .filter(isLogged)
      .filter(isChosen)
      .sort((left, right) => (left.startedAtMs ?? 0) - (right.startedAtMs ?? 0))
      .map((node) => {
        const id = taskOf(place.uid, node);
        return {
          taskId: id,
          podName: podOf(place.name, node),
          open: () => logs.requestLogs({ id, pool: node.pool ?? defaultPool }, options, signal),
        };
      });
  if (options.follow) {
    yield* new LogFollower(context, place, signal, onFailure).lines(podsOf);
  } else {
    yield* mergeByTime(podsOf(stored.nodes), limits.logReadersMax, onFailure);
  }
  if (failures.length > 0 && !signal.aborted) {
    throw new ApiError("Unavailable", `the log of ${failures.length} pod(s) could not be read: ${failures[0]}`);
  }
}

/** The labels of a node's Pod as far as the manifest tells them: those of its template, of all Pods, and Argo's own. */
function podLabels({ place, stored: { bundle } }: FoundWorkflow, node: NodeStatus): { readonly [key: string]: string } {
  const ofAll = objectAt(objectAt(bundle.workflow.spec, "podMetadata"), "labels");
  const own = objectAt(objectAt(templateOfNode(bundle, node), "metadata"), "labels");
  return { ...ofAll, ...own, "workflows.argoproj.io/workflow": place.name } as { readonly [key: string]: string };
}

async function* formatted(
  lines: AsyncIterable<SourcedLine>,
  isWanted: (text: string) => boolean,
  timestamps: boolean,
): AsyncGenerator<{ readonly content: string; readonly podName: string }> {
  for await (const { text, atMs, podName } of lines) {
    if (isWanted(text)) yield { content: timestamps ? `${formatTimestamp(atMs)} ${text}` : text, podName };
  }
}

function logOptions(query: LogQuery, nowMs: number): LogOptions {
  const container = query["logOptions.container"];
  const tailLines = query["logOptions.tailLines"];
  const sinceSeconds = query["logOptions.sinceSeconds"];
  const sinceMs = sinceSeconds !== undefined ? nowMs - sinceSeconds * 1_000 : sinceTimeMs(query);
  return {
    follow: query["logOptions.follow"],
    ...(container !== undefined && container !== "" && { container }),
    ...(tailLines !== undefined && { tailLines }),
    ...(sinceMs !== undefined && { sinceMs }),
  };
}

/** Generated clients send a time in protobuf's fields, argo sends it as Kubernetes writes it. */
function sinceTimeMs(query: LogQuery): number | undefined {
  const text = query["logOptions.sinceTime"];
  const seconds = query["logOptions.sinceTime.seconds"];
  if (text === undefined || text === "") return seconds === undefined ? undefined : seconds * 1_000;
  const atMs = parseTimestamp(text);
  if (atMs !== undefined) return atMs;
  throw new ApiError("InvalidArgument", `logOptions.sinceTime is no RFC 3339 time: ${JSON.stringify(text)}`);
}

// RE2, as in Argo: a client's expression never takes exponential time.
function lineFilter({ grep }: LogQuery): (text: string) => boolean {
  if (grep === undefined || grep === "") return () => true;
  try {
    const pattern = RE2JS.compile(grep);
    return (text) => pattern.matcher(text).find();
  } catch (error) {
    throw new ApiError("InvalidArgument", `grep is no regular expression: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
