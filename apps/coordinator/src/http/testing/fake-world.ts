import type {
  AgentDirectory,
  AgentStatus,
  ChangePage,
  Clock,
  Inbox,
  IndexChange,
  JsonObject,
  ListPage,
  ListQuery,
  LogLine,
  LogOptions,
  LogSource,
  NodeStatus,
  OpenedArtifact,
  PodSnapshot,
  ResourcePage,
  ResourceRef,
  ResourceStore,
  Result,
  StoredResource,
  StoredWorkflow,
  SubmitResult,
  WorkflowBundle,
  WorkflowChange,
  WorkflowEvent,
  WorkflowHeader,
  WorkflowHeaders,
  WorkflowPhase,
  WorkflowPhases,
  WorkflowReader,
} from "@capstan/core";
import { ok } from "@capstan/core";
import type { HttpDependencies } from "../dependencies.ts";
import { labelsMatch } from "../label-selector.ts";
import { FakeBulkRetries, FakeDeadLetters, FakeFailures, FakeQueues } from "./fake-queues.ts";

const changesKept = 1_000;

/** The ports of the HTTP API in memory, with a hand on what the engine would do. */
export class FakeWorld {
  readonly workflows = new Map<string, StoredWorkflow>();
  readonly names = new Map<string, string>();
  readonly events: { readonly uid: string; readonly event: WorkflowEvent }[] = [];
  readonly changes = new Map<string, WorkflowChange[]>();
  readonly logs = new Map<string, readonly LogLine[]>();
  readonly logRequests: { readonly taskId: string; readonly options: LogOptions }[] = [];
  /** What agents answer about Pods, by task; undefined: they know of none. */
  readonly podAnswers = new Map<string, Result<PodSnapshot>>();
  /** What agents hold, by namespace and key. */
  readonly artifacts = new Map<string, Result<OpenedArtifact>>();
  readonly internalErrors: unknown[] = [];
  readonly resources = new FakeResourceStore();
  readonly agents = new FakeAgents();
  readonly queues = new FakeQueues();
  readonly failures = new FakeFailures();
  readonly deadLetters = new FakeDeadLetters();
  readonly bulkRetries = new FakeBulkRetries();
  /** False: what is submitted or asked stays in the inbox. */
  engineRuns = true;
  notReadyReason: string | undefined;
  listCount = 0;
  /** False: nobody is told of commits, as while the store's connection is away; `endGap` ends that. */
  noticesArrive = true;
  /** Nobody can begin to follow a list. */
  indexIsAway = false;
  #listeners = new Set<(namespace: string, uid: string) => void>();
  #indexListeners = new Set<(change: IndexChange) => void>();
  #gapListeners = new Set<() => void>();
  #sequence = 0;
  #uidCount = 0;
  #suffixCount = 0;
  #watermark = "";

  get listenerCount(): number {
    return this.#listeners.size;
  }

  get indexListenerCount(): number {
    return this.#indexListeners.size;
  }

  dependencies(overrides: Partial<HttpDependencies> = {}): HttpDependencies {
    return {
      inbox: this.#inbox(),
      reader: this.#reader(),
      resources: this.resources,
      logs: this.#logSource(),
      pods: { requestPod: async ({ id }) => this.podAnswers.get(id) ?? ok(undefined) },
      artifacts: { open: async (namespace, key) => this.artifacts.get(`${namespace}/${key}`) ?? ok(undefined) },
      agents: this.agents,
      queues: this.queues,
      failures: this.failures,
      deadLetters: this.deadLetters,
      bulkRetries: this.bulkRetries,
      phases: this.phases,
      clock: realClock,
      ids: {
        uid: () => `uid-${++this.#uidCount}`,
        nameSuffix: () => `x${String(++this.#suffixCount).padStart(4, "0")}`,
      },
      shardCount: 4,
      defaultPool: "default",
      version: "0.0.0",
      notReadyReason: async () => this.notReadyReason,
      onInternalError: (error) => void this.internalErrors.push(error),
      ...overrides,
    };
  }

  /** What a commit of the shard's owner does: state, change log, notice. */
  commit(
    uid: string,
    change: {
      readonly header?: Partial<WorkflowHeader>;
      readonly nodes?: readonly NodeStatus[];
      readonly removedNodeIds?: readonly string[];
      readonly deleted?: boolean;
    },
  ): void {
    const stored = this.workflows.get(uid);
    if (stored === undefined) throw new Error(`no workflow ${uid}`);
    const nodes = new Map(stored.nodes.map((node) => [node.id, node]));
    for (const node of change.nodes ?? []) nodes.set(node.id, node);
    for (const id of change.removedNodeIds ?? []) nodes.delete(id);
    const header = { ...stored.header, ...change.header };
    const { namespace = "", name = "" } = stored.bundle.workflow.metadata;
    if (change.deleted === true) {
      this.workflows.delete(uid);
      this.names.delete(`${namespace}/${name}`);
    } else this.workflows.set(uid, { ...stored, header, nodes: [...nodes.values()] });
    const log = this.changes.get(uid) ?? [];
    log.push({
      id: this.#nextId(),
      ...(change.header !== undefined && { header }),
      nodes: change.nodes ?? [],
      removedNodeIds: change.removedNodeIds ?? [],
      deleted: change.deleted ?? false,
    });
    this.changes.set(uid, log.slice(-changesKept));
    if (!this.noticesArrive) return;
    for (const listener of this.#listeners) listener(namespace, uid);
    const shown = this.workflows.get(uid);
    const told: IndexChange = shown === undefined ? { removedUid: uid } : { summary: summaryOf(shown) };
    this.tellIndex(told);
  }

  /** Tells those who follow lists. */
  tellIndex(change: IndexChange): void {
    for (const listener of this.#indexListeners) listener(change);
  }

  endGap(): void {
    this.noticesArrive = true;
    for (const listener of this.#gapListeners) listener();
  }

  readonly phases: WorkflowPhases = {
    phasesOf: async (workflows) => workflows.map(({ uid }) => this.workflows.get(uid)?.header.phase ?? "absent"),
  };

  /** What is read of a workflow without its nodes. */
  readonly headers: WorkflowHeaders = {
    read: async (_shard, uid) => {
      const stored = this.workflows.get(uid);
      const version = this.changes.get(uid)?.at(-1)?.id ?? "";
      return stored && { header: stored.header, nodeCount: stored.nodes.length, version };
    },
  };

  /** Takes a submitted bundle up, as the shard's owner does. */
  create(bundle: WorkflowBundle): void {
    const uid = bundle.workflow.metadata.uid ?? "";
    this.workflows.set(uid, { uid, submittedAtMs: Date.now(), bundle, header: runningHeader, nodes: [] });
    this.commit(uid, { header: {} });
  }

  #nextId(): string {
    this.#sequence++;
    return `${this.#sequence}-0`;
  }

  #inbox(): Inbox {
    return {
      submit: async (_shard, bundle): Promise<SubmitResult> => {
        const { namespace, name, uid = "" } = bundle.workflow.metadata;
        const holder = this.names.get(`${namespace}/${name}`);
        if (holder !== undefined && holder !== uid) return { accepted: false, existingUid: holder };
        this.names.set(`${namespace}/${name}`, uid);
        const inboxId = this.#nextId();
        if (this.engineRuns) {
          this.create(bundle);
          this.#watermark = inboxId;
        }
        return { accepted: true, inboxId };
      },
      append: async (_shard, events) => {
        const ids = events.map(({ workflowUid: uid, event }) => {
          this.events.push({ uid, event });
          if (this.engineRuns) this.#carryOut(uid, event);
          return this.#nextId();
        });
        if (this.engineRuns) this.#watermark = ids.at(-1) ?? this.#watermark;
        return ids;
      },
      findUid: async (_shard, namespace, name) => this.names.get(`${namespace}/${name}`),
      watermarks: async (shards) => new Map(shards.map((shard) => [shard, this.#watermark])),
      incarnation: () => 0,
    };
  }

  #carryOut(uid: string, event: WorkflowEvent): void {
    if (event.type === "suspend-requested") this.commit(uid, { header: { suspended: true } });
    if (event.type === "resume-requested") this.commit(uid, { header: { suspended: false } });
    if (event.type === "stop-requested") this.commit(uid, { header: { shutdown: "Stop" } });
    if (event.type === "delete-requested") this.commit(uid, { deleted: true });
  }

  #reader(): WorkflowReader {
    return {
      list: async (query) => this.#list(query),
      get: async (_shard, uid) => this.workflows.get(uid),
      getHead: async (_shard, uid) => {
        const stored = this.workflows.get(uid);
        if (stored === undefined) return undefined;
        const { nodes: _, ...head } = stored;
        return head;
      },
      scanNodes: (_shard, uid) => pageOf(this.workflows.get(uid)?.nodes ?? []),
      getNodes: async (_shard, uid, ids) => {
        const nodes = new Map(this.workflows.get(uid)?.nodes.map((node) => [node.id, node]));
        return ids.flatMap((id) => nodes.get(id) ?? []);
      },
      countPhases: async (namespace) => {
        const counts: { [P in WorkflowPhase]?: number } = {};
        for (const stored of this.workflows.values()) {
          if (namespace !== undefined && stored.bundle.workflow.metadata.namespace !== namespace) continue;
          counts[stored.header.phase] = (counts[stored.header.phase] ?? 0) + 1;
        }
        return counts;
      },
      subscribeIndex: async (listener, onGap) => {
        if (this.indexIsAway) throw new Error("the index is away");
        this.#indexListeners.add(listener);
        if (onGap !== undefined) this.#gapListeners.add(onGap);
        return async () => void this.#indexListeners.delete(listener);
      },
      readChanges: async (_shard, uid, afterId, count): Promise<ChangePage> => {
        const log = this.changes.get(uid) ?? [];
        const after = afterId === "" ? -1 : log.findIndex((change) => change.id === afterId);
        const missed = afterId !== "" && after < 0 && log.length > 0;
        return { changes: missed ? [] : log.slice(after + 1, after + 1 + count), missed };
      },
      lastChangeId: async (_shard, uid) => this.changes.get(uid)?.at(-1)?.id ?? "",
      subscribe: async (listener, onGap) => {
        this.#listeners.add(listener);
        if (onGap !== undefined) this.#gapListeners.add(onGap);
        return async () => void this.#listeners.delete(listener);
      },
    };
  }

  #list(query: ListQuery): ListPage {
    this.listCount++;
    const all = [...this.workflows.values()].reverse().map((stored) => summaryOf(stored));
    const matching = all
      .filter((item) => query.namespace === undefined || item.namespace === query.namespace)
      .filter((item) => query.phases === undefined || query.phases.includes(item.phase))
      .filter((item) => query.namePrefix === undefined || item.name.startsWith(query.namePrefix))
      .filter((item) => labelsMatch(item.labels, query.labels ?? []));
    const from = Number(query.continueToken ?? 0);
    const items = matching.slice(from, from + query.limit);
    const end = from + items.length;
    return end < matching.length ? { items, continueToken: String(end) } : { items };
  }

  #logSource(): LogSource {
    const { logs, logRequests } = this;
    return {
      async *requestLogs(task, options) {
        logRequests.push({ taskId: task.id, options });
        const lines = logs.get(task.id);
        if (lines === undefined) throw new Error("no agent has it");
        yield* lines;
      },
    };
  }
}

export const realClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (delayMs, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = setTimeout(resolve, delayMs);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

const runningHeader: WorkflowHeader = {
  phase: "Running",
  startedAtMs: 1_700_000_000_000,
  progress: "0/1",
  conditions: [],
  suspended: false,
  labels: {},
  annotations: {},
  machine: {},
};

function summaryOf({ uid, submittedAtMs, bundle, header }: StoredWorkflow): ListPage["items"][number] {
  const { namespace = "", name = "", labels = {} } = bundle.workflow.metadata;
  const { phase, progress, suspended, message, cause, startedAtMs, finishedAtMs } = header;
  return {
    ...{ uid, shard: 0, namespace, name, phase, progress, submittedAtMs, suspended, priority: 0 },
    labels: { ...labels, ...header.labels },
    ...(message !== undefined && { message }),
    ...(cause !== undefined && { cause }),
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(finishedAtMs !== undefined && { finishedAtMs }),
  };
}

class FakeAgents implements AgentDirectory {
  readonly living = new Map<string, Omit<AgentStatus, "draining">>();
  readonly #draining = new Set<string>();

  async list(): Promise<readonly AgentStatus[]> {
    return Array.from(this.living.values(), (agent) => ({ ...agent, draining: this.#draining.has(agent.agentId) }));
  }

  async drain(agentId: string): Promise<void> {
    this.#draining.add(agentId);
  }

  async uncordon(agentId: string): Promise<boolean> {
    return this.#draining.delete(agentId);
  }
}

class FakeResourceStore implements ResourceStore {
  readonly #items = new Map<string, StoredResource>();
  #version = 0;

  async create(ref: ResourceRef, object: JsonObject): Promise<StoredResource | undefined> {
    if (this.#items.has(keyOf(ref))) return undefined;
    return this.#put(ref, object);
  }

  async get(ref: ResourceRef): Promise<StoredResource | undefined> {
    return this.#items.get(keyOf(ref));
  }

  async replace(
    ref: ResourceRef,
    object: JsonObject,
    expected?: number,
  ): Promise<StoredResource | "absent" | "conflict"> {
    const before = this.#items.get(keyOf(ref));
    if (before === undefined) return "absent";
    return expected !== undefined && expected !== before.version ? "conflict" : this.#put(ref, object);
  }

  async remove(ref: ResourceRef): Promise<boolean> {
    return this.#items.delete(keyOf(ref));
  }

  async list({ kind, namespace, limit }: Parameters<ResourceStore["list"]>[0]): Promise<ResourcePage> {
    const items = [...this.#items.values()].filter(
      (item) => item.kind === kind && (namespace === undefined || item.namespace === namespace),
    );
    return { items: items.slice(0, limit) };
  }

  #put(ref: ResourceRef, object: JsonObject): StoredResource {
    const stored = { ...ref, object, version: ++this.#version };
    this.#items.set(keyOf(ref), stored);
    return stored;
  }
}

function keyOf({ kind, namespace, name }: ResourceRef): string {
  return `${kind}/${namespace}/${name}`;
}

async function* pageOf(nodes: readonly NodeStatus[]): AsyncGenerator<readonly NodeStatus[]> {
  yield nodes;
}
