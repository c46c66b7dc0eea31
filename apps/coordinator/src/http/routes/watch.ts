import { type Json, type JsonObject, toWorkflowObject } from "@capstan/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { watchEvent } from "../argo-schemas.ts";
import { Wakeup } from "../change-feed.ts";
import type { HttpContext } from "../context.ts";
import { FieldMask } from "../field-mask.ts";
import { type LabelTerm, labelsMatch, parseLabelSelector } from "../label-selector.ts";
import { limits } from "../limits.ts";
import { parseFieldSelector, summaryObject } from "../list-workflows.ts";
import { describeRoute } from "../openapi.ts";
import { type InNamespace, namespaceParams } from "../route-params.ts";
import { sendStream } from "../stream-reply.ts";

const watchQuery = z.object({
  "listOptions.fieldSelector": z.string().optional(),
  "listOptions.labelSelector": z.string().optional(),
  "listOptions.resourceVersion": z.string().optional(),
  fields: z.string().optional(),
});

type WatchQuery = z.infer<typeof watchQuery>;

interface Watched {
  readonly shard: number;
  /** The client knows of it: told here, or listed before. */
  readonly known: boolean;
  /** What was told last, without its nodes: a deletion tells it again. */
  readonly object?: JsonObject;
  readonly changeId: string;
  readonly finished: boolean;
}

const unknownLooksMax = 5;

interface WatchOptions {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly labels: readonly LabelTerm[];
  readonly mask: FieldMask;
  /** A client that has listed already wants no word of what is there. */
  readonly skipExisting: boolean;
}

/** Watching workflows as Argo Server lets its UI and CLI do it: whole objects, ADDED, MODIFIED, DELETED. */
export function watchRoutes(server: FastifyInstance, context: HttpContext): void {
  const handler = async (
    namespace: string | undefined,
    request: FastifyRequest<{ Querystring: WatchQuery }>,
    reply: FastifyReply,
  ) => {
    const options = await watchOptions(context, namespace, request.query);
    const signal = context.streams.open(reply);
    return sendStream(context, request, reply, new WorkflowWatch(context, options, signal).events());
  };
  const described = { tag: "Workflows", query: watchQuery, events: watchEvent } as const;
  server.get<InNamespace & { Querystring: WatchQuery }>(
    "/api/v1/workflow-events/:namespace",
    describeRoute({
      ...described,
      id: "WorkflowService_WatchWorkflows",
      summary: "Follows a namespace's workflows: whole objects, when they change",
      params: namespaceParams,
    }),
    (request, reply) => handler(request.params.namespace || undefined, request, reply),
  );
  server.get<{ Querystring: WatchQuery }>(
    "/api/v1/workflow-events",
    describeRoute({ ...described, id: "WatchAllWorkflows", summary: "Follows the workflows of all namespaces" }),
    (request, reply) => handler(undefined, request, reply),
  );
}

async function watchOptions(
  context: HttpContext,
  namespace: string | undefined,
  parameters: WatchQuery,
): Promise<WatchOptions> {
  const labels = parseLabelSelector(parameters["listOptions.labelSelector"] ?? "");
  if (!labels.ok) throw new ApiError("InvalidArgument", labels.error);
  const terms = parseFieldSelector(parameters["listOptions.fieldSelector"] ?? "");
  const asked = terms.find((term) => term.field === "metadata.name" && term.operator === "=")?.value;
  // Who waits for a workflow that is not there would wait without end.
  const name =
    asked !== undefined && namespace !== undefined ? (await context.lookup.locate(namespace, asked)).name : asked;
  const version = parameters["listOptions.resourceVersion"] ?? "";
  return {
    namespace,
    name,
    labels: labels.value,
    mask: new FieldMask(parameters.fields, "result.object."),
    skipExisting: name === undefined && version !== "" && version !== "0",
  };
}

/** One client's watch. Changes that come while the client is busy with earlier ones become one event a workflow. */
class WorkflowWatch {
  readonly #context: HttpContext;
  readonly #options: WatchOptions;
  readonly #signal: AbortSignal;
  readonly #watched = new Map<string, Watched>();
  readonly #changed = new Set<string>();
  readonly #wakeup = new Wakeup();
  /** Workflows with notices that the index does not know yet, and how often they were looked for. */
  readonly #unknown = new Map<string, number>();
  #listed = false;

  constructor(context: HttpContext, options: WatchOptions, signal: AbortSignal) {
    this.#context = context;
    this.#options = options;
    this.#signal = signal;
  }

  async *events(): AsyncGenerator<Json> {
    const { clock } = this.#context.dependencies;
    const stop = this.#context.feed.listen((namespace, uid) => {
      if (this.#options.namespace !== undefined && namespace !== this.#options.namespace) return;
      if (this.#options.name !== undefined && !this.#watched.has(uid) && this.#watched.size > 0) return;
      this.#changed.add(uid);
      this.#wakeup.ring();
    });
    try {
      for (const uid of await this.#discover()) {
        const event = this.#options.skipExisting ? undefined : await this.#eventOf(uid);
        if (event !== undefined) yield event;
      }
      this.#listed = true;
      while (!this.#signal.aborted) {
        for (const uid of this.#takeChanged()) {
          const startedAtMs = clock.nowMs();
          if (!this.#watched.has(uid)) await this.#discover();
          if (!this.#watched.has(uid)) this.#lookAgain(uid);
          const event = await this.#eventOf(uid);
          if (event === undefined) continue;
          yield event;
          // A large workflow costs a read of all its nodes each time: never more than a third of the time goes into that.
          await clock.sleep(2 * (clock.nowMs() - startedAtMs), this.#signal);
        }
        await this.#wakeup.wait(clock, limits.watchPollMs, this.#signal);
        if (this.#changed.size === 0) await this.#findMissed();
      }
    } finally {
      stop();
    }
  }

  #takeChanged(): readonly string[] {
    const uids = [...this.#changed];
    this.#changed.clear();
    return uids;
  }

  #lookAgain(uid: string): void {
    const attempts = (this.#unknown.get(uid) ?? 0) + 1;
    if (attempts > unknownLooksMax) this.#unknown.delete(uid);
    else this.#unknown.set(uid, attempts);
  }

  /** Notices can be lost, and can be ahead of the index. */
  async #findMissed(): Promise<void> {
    for (const uid of this.#unknown.keys()) this.#changed.add(uid);
    for (const [uid, watched] of this.#watched) {
      if (watched.finished || this.#signal.aborted) continue;
      const newest = await this.#context.dependencies.reader.lastChangeId(watched.shard, uid);
      if (newest !== watched.changeId) this.#changed.add(uid);
    }
    if (this.#changed.size > 0) this.#wakeup.ring();
  }

  #remember(uid: string, watched: Watched): void {
    this.#unknown.delete(uid);
    this.#watched.set(uid, watched);
  }

  /** Learns where the workflows are that were not known; notices carry ids only. */
  async #discover(): Promise<readonly string[]> {
    const { namespace, name, labels } = this.#options;
    if (name !== undefined && namespace !== undefined) {
      const shard = this.#context.lookup.shardOf(namespace, name);
      const uid = await this.#context.dependencies.inbox.findUid(shard, namespace, name);
      if (uid === undefined || this.#watched.has(uid)) return [];
      this.#remember(uid, { shard, known: false, changeId: "", finished: false });
      return [uid];
    }
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#context.dependencies.reader.list({
        ...(namespace !== undefined && { namespace }),
        ...(labels.length > 0 && { labels }),
        limit: 500,
        ...(token !== undefined && { continueToken: token }),
      });
      const fresh = page.items.filter((item) => !this.#watched.has(item.uid));
      for (const item of fresh) {
        if (name !== undefined && item.name !== name) continue;
        const known = this.#options.skipExisting && !this.#listed;
        const finished = known && item.finishedAtMs !== undefined;
        this.#remember(item.uid, { shard: item.shard, known, object: summaryObject(item), changeId: "", finished });
        found.push(item.uid);
      }
      // The newest come first: a page without news is followed by none.
      token = fresh.length === 0 ? undefined : page.continueToken;
    } while (token !== undefined && found.length < limits.listItemsMax);
    return found;
  }

  async #eventOf(uid: string): Promise<Json | undefined> {
    const watched = this.#watched.get(uid);
    if (watched === undefined) return undefined;
    const changeId = await this.#context.dependencies.reader.lastChangeId(watched.shard, uid);
    const stored = await this.#context.dependencies.reader.get(watched.shard, uid);
    if (stored === undefined) {
      if (!watched.known || watched.object === undefined) return undefined;
      this.#watched.delete(uid);
      return { type: "DELETED", object: this.#options.mask.apply(watched.object) };
    }
    const whole = toWorkflowObject(stored) as unknown as JsonObject;
    const labels = (stored.bundle.workflow.metadata.labels ?? {}) as Record<string, string>;
    if (!labelsMatch({ ...labels, ...stored.header.labels }, this.#options.labels)) return undefined;
    const object = this.#options.mask.apply(whole) as JsonObject;
    const finished = stored.header.finishedAtMs !== undefined;
    this.#remember(uid, { shard: watched.shard, known: true, object: remembered(whole), changeId, finished });
    return { type: watched.known ? "MODIFIED" : "ADDED", object };
  }
}

/** A deleted workflow is told by its metadata and phase; its nodes are not kept for that. */
function remembered(whole: JsonObject): JsonObject {
  const status = whole["status"] as JsonObject | undefined;
  return { ...whole, spec: {}, status: { phase: status?.["phase"] ?? null } };
}
