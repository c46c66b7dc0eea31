import { isDeepStrictEqual } from "node:util";
import {
  compareInboxIds,
  type Engine,
  type EnginePolicy,
  type InboxEntry,
  type NodeStatus,
  engine as realEngine,
  type ShardCommit,
  type StoredWorkflow,
  type WorkflowBundle,
  type WorkflowEvent,
  type WorkflowHeader,
  type WorkflowState,
} from "@capstan/core";

interface Decided {
  readonly uid: string;
  readonly event: WorkflowEvent;
  readonly nowMs: number;
  readonly ignored: string | undefined;
  readonly shard: number;
  /** Undefined for timers. */
  readonly inboxId: string | undefined;
}

/** The events that the store has committed, of every workflow, in the order of their decision. */
export class History {
  readonly #events = new Map<string, (Decided & { readonly committedAtMs: number })[]>();

  add(decided: Decided, committedAtMs: number): void {
    const events = this.#events.get(decided.uid) ?? [];
    this.#events.set(decided.uid, events);
    events.push({ ...decided, committedAtMs });
  }

  /** As the store forgets, so does its history. */
  forgetAfter(moment: number): void {
    for (const [uid, events] of this.#events) {
      this.#events.set(
        uid,
        events.filter(({ committedAtMs }) => committedAtMs <= moment),
      );
    }
  }

  eventsOf(uid: string): readonly Decided[] {
    return this.#events.get(uid) ?? [];
  }

  /** Reports that changed something more than once. */
  reportsAppliedTwice(): readonly string[] {
    const applied = new Set<string>();
    const twice: string[] = [];
    for (const [uid, events] of this.#events) {
      for (const { event, ignored } of events) {
        if (event.type !== "task-finished" || ignored !== undefined) continue;
        const key = `${uid} ${event.nodeId} ${event.attempt}`;
        if (applied.has(key)) twice.push(key);
        applied.add(key);
      }
    }
    return twice;
  }

  /** What the engine makes of a workflow's events from the beginning; undefined when it deletes it. */
  replay(uid: string, policy: EnginePolicy): Fold | undefined {
    let state: WorkflowState | undefined;
    let fold: Fold | undefined;
    for (const { event, nowMs } of this.eventsOf(uid)) {
      const decided = realEngine.decide(state, structuredClone(event), { uid, nowMs, policy });
      state = decided.state;
      if (event.type === "workflow-submitted" && fold === undefined) fold = new Fold(uid, event.bundle, nowMs);
      fold?.add(decided.decision);
      if (decided.decision.deleted) return undefined;
    }
    return fold;
  }
}

/** Decisions added up: what a store that was told all of them holds. */
export class Fold {
  readonly #uid: string;
  readonly #bundle: WorkflowBundle;
  readonly #submittedAtMs: number;
  readonly #nodes = new Map<string, NodeStatus>();
  #header: WorkflowHeader | undefined;

  constructor(uid: string, bundle: WorkflowBundle, submittedAtMs: number, stored?: StoredWorkflow) {
    this.#uid = uid;
    this.#bundle = bundle;
    this.#submittedAtMs = submittedAtMs;
    this.#header = stored?.header;
    for (const node of stored?.nodes ?? []) this.#nodes.set(node.id, node);
  }

  add(decision: {
    readonly header?: WorkflowHeader;
    readonly nodes: readonly NodeStatus[];
    readonly removedNodeIds: readonly string[];
  }): void {
    for (const id of decision.removedNodeIds) this.#nodes.delete(id);
    for (const node of decision.nodes) this.#nodes.set(node.id, node);
    if (decision.header !== undefined) this.#header = decision.header;
  }

  /** As a store would give it back. */
  stored(): StoredWorkflow | undefined {
    if (this.#header === undefined) return undefined;
    return JSON.parse(
      JSON.stringify({
        ...{ uid: this.#uid, bundle: this.#bundle, submittedAtMs: this.#submittedAtMs },
        ...{ header: this.#header, nodes: [...this.#nodes.values()] },
      }),
    ) as StoredWorkflow;
  }
}

/** The same header and nodes, in whatever order. */
export function isSameWorkflow(left: StoredWorkflow, right: StoredWorkflow): boolean {
  const comparable = ({ header, nodes }: StoredWorkflow): unknown =>
    JSON.parse(JSON.stringify({ header, nodes: [...nodes].sort((one, other) => (one.id < other.id ? -1 : 1)) }));
  return isDeepStrictEqual(comparable(left), comparable(right));
}

/** One coordinator process' engine: the real one, with an eye on every decision. */
export class RecordingEngine implements Engine {
  readonly #history: History;
  readonly #checksLoading: () => boolean;
  readonly #violated: (what: string) => void;
  /** Decided and not committed yet, oldest first. */
  #open: Decided[] = [];
  readonly #inboxIds = new WeakMap<WorkflowEvent, string>();
  readonly #shardOfUid: (uid: string) => number;
  readonly #folds = new WeakMap<WorkflowState, Fold>();

  constructor(options: {
    readonly history: History;
    readonly shardOfUid: (uid: string) => number;
    /** Says by chance whether a decision is made once more, on the state as it would be loaded now. */
    readonly checksLoading: () => boolean;
    readonly violated: (what: string) => void;
  }) {
    this.#history = options.history;
    this.#shardOfUid = options.shardOfUid;
    this.#checksLoading = options.checksLoading;
    this.#violated = options.violated;
  }

  decide: Engine["decide"] = (state, event, context) => {
    const { uid, nowMs } = context;
    const stored = state !== undefined && this.#checksLoading() ? this.#folds.get(state)?.stored() : undefined;
    const decided = realEngine.decide(state, event, context);
    if (stored !== undefined) {
      const again = realEngine.decide(realEngine.load(stored, context.policy), structuredClone(event), context);
      const [live, loaded] = [decided, again].map(({ decision }) => JSON.stringify(decision));
      if (live !== loaded) {
        this.#violated(`${event.type} of ${uid}: memory decides\n${live}\nwhat was stored decides\n${loaded}`);
      }
    }
    this.#open.push({
      ...{ uid, event, nowMs, ignored: decided.decision.ignored },
      ...{ shard: this.#shardOfUid(uid), inboxId: this.#inboxIds.get(event) },
    });
    if (decided.state !== undefined) {
      const fold = this.#folds.get(decided.state) ?? new Fold(uid, bundleOf(event), nowMs);
      fold.add(decided.decision);
      this.#folds.set(decided.state, fold);
    }
    return decided;
  };

  load: Engine["load"] = (stored, policy) => {
    const state = realEngine.load(stored, policy);
    this.#folds.set(state, new Fold(stored.uid, stored.bundle, stored.submittedAtMs, stored));
    return state;
  };

  isAttemptWanted: Engine["isAttemptWanted"] = (state, nodeId, attempt) =>
    realEngine.isAttemptWanted(state, nodeId, attempt);

  wasRead(entries: readonly InboxEntry[]): void {
    for (const { event, id } of entries) this.#inboxIds.set(event, id);
  }

  /** The shard begins anew from what is stored: what was decided before and is not committed never happened. */
  wasOpened(shard: number): void {
    this.#open = this.#open.filter((decided) => decided.shard !== shard);
  }

  /** The store did not take the commit: a holding that had ended woke up and decided on what it had in memory. */
  wasRefused(shard: number, commit: ShardCommit): void {
    this.#open = this.#open.filter((decided) => decided.shard !== shard || !answers(commit, decided));
  }

  /** The store took the commit: what it answers has happened. */
  wasCommitted(shard: number, commit: ShardCommit, nowMs: number): void {
    const isAnswered = (decided: Decided): boolean => decided.shard === shard && answers(commit, decided);
    for (const decided of this.#open.filter(isAnswered)) this.#history.add(decided, nowMs);
    this.#open = this.#open.filter((decided) => !isAnswered(decided));
  }
}

function answers(commit: ShardCommit, { uid, event, inboxId }: Decided): boolean {
  if (inboxId !== undefined) {
    return commit.inboxThroughId !== undefined && compareInboxIds(inboxId, commit.inboxThroughId) <= 0;
  }
  if (event.type !== "timer-due") return false;
  return commit.firedTimers.some(({ workflowUid, timerId }) => workflowUid === uid && timerId === event.timerId);
}

function bundleOf(event: WorkflowEvent): WorkflowBundle {
  if (event.type !== "workflow-submitted") throw new Error(`a workflow began with ${event.type}`);
  return event.bundle;
}
