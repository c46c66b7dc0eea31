import {
  type Decision,
  type DueTimer,
  type NodeStatus,
  type OutboxMessage,
  type ShardCommit,
  timeOfInboxId,
  type WorkflowHeader,
} from "@capstan/core";
import { decisionBytes, weightOfBundle } from "./rough-size.ts";
import type { ShardEvent } from "./shard-event.ts";
import type { BegunTask } from "./shard-observer.ts";
import type { ShardPorts } from "./shard-ports.ts";
import type { CachedWorkflow, CachePartition } from "./workflow-cache.ts";
import { WorkflowChanges } from "./workflow-changes.ts";
import { identityOf, summaryOf } from "./workflow-identity.ts";

/** The machine threw: a bug of ours, which must not stop the shard. */
export class PoisonEventError extends Error {
  readonly event: ShardEvent;

  constructor(event: ShardEvent, cause: unknown) {
    super(`the machine failed on ${event.event.type}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.event = event;
  }
}

interface Touched {
  readonly workflow: CachedWorkflow;
  readonly changes: WorkflowChanges;
  marked: string | undefined;
}

/** Decides events one after the other and gathers what one commit writes for all of them. */
export class Batch {
  readonly #shard: number;
  readonly #ports: ShardPorts;
  readonly #partition: CachePartition;
  readonly #touched = new Map<string, Touched>();
  readonly #commands: OutboxMessage[] = [];
  readonly #firedTimers: DueTimer[] = [];
  readonly #begun: BegunTask[] = [];
  #inboxThroughId: string | undefined;
  #items = 0;
  #bytes = 0;

  constructor(shard: number, ports: ShardPorts, partition: CachePartition) {
    this.#shard = shard;
    this.#ports = ports;
    this.#partition = partition;
  }

  get isFull(): boolean {
    const { commitItemsMax, commitBytesMax } = this.#ports.settings;
    return this.#items >= commitItemsMax || this.#bytes >= commitBytesMax;
  }

  /** Tasks that were heard to have begun. */
  get begun(): readonly BegunTask[] {
    return this.#begun;
  }

  /** Workflows that went wrong: what is in memory of them is to be forgotten once this is committed. */
  get markedUids(): readonly string[] {
    return [...this.#touched].filter(([, touched]) => touched.marked !== undefined).map(([uid]) => uid);
  }

  get touchedUids(): readonly string[] {
    return [...this.#touched.keys()];
  }

  /** Throws PoisonEventError when the machine does; the workflow's state in memory is then worthless. */
  decide(workflow: CachedWorkflow, event: ShardEvent, nowMs: number): void {
    const touched = this.#touch(workflow);
    if (event.timer !== undefined && touched.changes.changesTimer(event.timer.timerId)) return;
    this.#took(event);
    let decision: Decision;
    try {
      const { engine, policy } = this.#ports;
      const decided = engine.decide(workflow.state, event.event, { uid: event.uid, nowMs, policy });
      decision = decided.decision;
      this.#notice(touched, event, decided.state === undefined, nowMs);
      workflow.state = decided.state;
    } catch (error) {
      throw new PoisonEventError(event, error);
    }
    if (decision.ignored !== undefined) {
      this.#ports.logger.debug({ uid: event.uid, event: event.event.type, why: decision.ignored }, "event ignored");
    }
    touched.changes.add(decision);
    if (decision.begun !== undefined) this.#noteBegin(workflow, decision.begun);
    if (decision.deleted) workflow.state = undefined;
    if (decision.header !== undefined) {
      workflow.header = keepingFailure(workflow.header, decision.header);
      touched.changes.setHeader(workflow.header);
    }
    const lastNode = decision.nodes.at(-1);
    if (lastNode !== undefined)
      this.#partition.grow(workflow, workflow.bundleWeight + (lastNode.links?.ordinal ?? 0) + 1);
    for (const command of decision.commands) this.#commands.push(command);
    this.#items += 1 + decision.nodes.length + decision.removedNodeIds.length + decision.commands.length;
    this.#bytes += decisionBytes(decision);
  }

  /** Takes an event that the machine failed on: nothing is decided, and the workflow says so. */
  mark(workflow: CachedWorkflow, event: ShardEvent, message: string, nowMs: number): void {
    const touched = this.#touch(workflow);
    this.#took(event);
    if (workflow.header === undefined && event.event.type === "workflow-submitted") {
      // It was accepted, so it must be found: as a workflow that ended with the error.
      this.#notice(touched, event, false, nowMs);
      workflow.header = failedHeader(message, nowMs);
    }
    if (workflow.header !== undefined) touched.marked = message;
  }

  /** What was gathered; undefined when there is nothing to write at all. */
  commit(afterCommits: number, nowMs: number): ShardCommit | undefined {
    if (this.#inboxThroughId === undefined && this.#firedTimers.length === 0) return undefined;
    const index: OutboxMessage[] = [];
    for (const touched of this.#touched.values()) this.#finish(touched, index, nowMs);
    return {
      afterCommits,
      ...(this.#inboxThroughId !== undefined && { inboxThroughId: this.#inboxThroughId }),
      workflows: [...this.#touched.values()]
        .filter(({ changes }) => !changes.isEmpty)
        .map(({ changes }) => changes.commit()),
      firedTimers: this.#firedTimers,
      outbox: [...this.#commands, ...index],
    };
  }

  /** The earliest timer that the commit sets. */
  earliestTimerAtMs(commit: ShardCommit): number | undefined {
    let earliest: number | undefined;
    for (const { timers } of commit.workflows) {
      for (const timer of timers) {
        if (timer.type === "set-timer") earliest = Math.min(earliest ?? timer.dueAtMs, timer.dueAtMs);
      }
    }
    return earliest;
  }

  /** The commit is in the store. */
  committed(): void {
    for (const { workflow } of this.#touched.values()) this.#partition.committed(workflow);
  }

  #touch(workflow: CachedWorkflow): Touched {
    const known = this.#touched.get(workflow.uid);
    if (known !== undefined) return known;
    const touched: Touched = { workflow, changes: new WorkflowChanges(workflow.uid), marked: undefined };
    workflow.uncommitted += 1;
    this.#touched.set(workflow.uid, touched);
    return touched;
  }

  #took(event: ShardEvent): void {
    if (event.inboxId !== undefined) this.#inboxThroughId = event.inboxId;
    if (event.timer !== undefined) this.#firedTimers.push(event.timer);
  }

  /** Clocks of other machines may be ahead of ours or behind. */
  #noteBegin(workflow: CachedWorkflow, { pool, startedAtMs, runStartedAtMs }: NodeStatus): void {
    if (startedAtMs === undefined || runStartedAtMs === undefined) return;
    const since = workflow.awaitsStartSinceMs;
    workflow.awaitsStartSinceMs = undefined;
    this.#begun.push({
      pool: pool ?? this.#ports.policy.defaultPool,
      waitedMs: Math.max(0, runStartedAtMs - startedAtMs),
      ...(since !== undefined && { sinceSubmitMs: Math.max(0, runStartedAtMs - since) }),
    });
  }

  /** Takes down who the workflow is when this event creates it. */
  #notice(touched: Touched, event: ShardEvent, isAbsent: boolean, nowMs: number): void {
    const { workflow, changes } = touched;
    if (event.event.type !== "workflow-submitted" || isAbsent || workflow.state !== undefined) return;
    const { bundle } = event.event;
    workflow.identity = identityOf(this.#shard, workflow.uid, bundle, nowMs);
    workflow.awaitsStartSinceMs = event.inboxId === undefined ? nowMs : timeOfInboxId(event.inboxId);
    workflow.bundleWeight = weightOfBundle(bundle);
    changes.created(bundle, nowMs);
  }

  #finish({ workflow, changes, marked }: Touched, index: OutboxMessage[], nowMs: number): void {
    const { identity } = workflow;
    if (identity === undefined) return;
    if (changes.deleted) {
      const { uid, namespace, name } = identity;
      index.push({ type: "unindex-workflow", uid, namespace, name });
      return;
    }
    if (marked !== undefined && workflow.header !== undefined) {
      workflow.header = withCondition(workflow.header, marked);
      changes.setHeader(workflow.header);
    }
    if (changes.header !== undefined && this.#isIndexDue(workflow, changes.header, nowMs)) {
      workflow.indexed = changes.header;
      workflow.indexedAtMs = nowMs;
      index.push({ type: "index-workflow", summary: summaryOf(identity, changes.header) });
    }
  }

  /** Every task moves the progress; lists need not follow each of these steps. */
  #isIndexDue({ indexed, indexedAtMs }: CachedWorkflow, header: WorkflowHeader, nowMs: number): boolean {
    if (nowMs - indexedAtMs >= this.#ports.settings.progressIndexIntervalMs || indexed === undefined) return true;
    return (
      indexed.phase !== header.phase ||
      indexed.message !== header.message ||
      indexed.startedAtMs !== header.startedAtMs ||
      indexed.finishedAtMs !== header.finishedAtMs ||
      indexed.suspended !== header.suspended ||
      indexed.labels !== header.labels
    );
  }
}

const failureCondition = "EngineFailed";

function withCondition(header: WorkflowHeader, message: string): WorkflowHeader {
  const others = header.conditions.filter(({ type }) => type !== failureCondition);
  return { ...header, conditions: [...others, { type: failureCondition, status: "True", message }] };
}

/** The machine writes its own conditions and knows nothing of ours. */
function keepingFailure(before: WorkflowHeader | undefined, header: WorkflowHeader): WorkflowHeader {
  const failure = before?.conditions.find(({ type }) => type === failureCondition);
  return failure === undefined ? header : withCondition(header, failure.message ?? "");
}

function failedHeader(message: string, nowMs: number): WorkflowHeader {
  return {
    phase: "Error",
    message,
    startedAtMs: nowMs,
    finishedAtMs: nowMs,
    progress: "0/0",
    conditions: [],
    suspended: false,
    labels: {},
    annotations: {},
    machine: {},
  };
}
