import {
  assert,
  type CommitResult,
  compareInboxIds,
  type DueTimer,
  type InboxEntry,
  type Lease,
  type NodeStatus,
  type OldestWaiting,
  type OutboxEntry,
  type OutboxMessage,
  type ShardCommit,
  type ShardStore,
  type StoredWorkflow,
  type WorkflowBundle,
  type WorkflowCommit,
  type WorkflowEvent,
  type WorkflowHeader,
} from "@capstan/core";
import {
  type DatabaseContent,
  type MemoryDatabase,
  nextStreamId,
  type ShardRecord,
  shardOfContent,
  type WorkflowRecord,
} from "./memory-database.ts";
import { holds } from "./memory-leases.ts";

export const workflowsChanged = "workflows-changed";

/** A ShardStore in memory. */
export class MemoryShardStore implements ShardStore {
  readonly #database: MemoryDatabase;
  readonly #checksFence: boolean;

  /** `checksFence: false` plants a bug: commits of stale owners are written. */
  constructor(database: MemoryDatabase, options: { readonly checksFence: boolean } = { checksFence: true }) {
    this.#database = database;
    this.#checksFence = options.checksFence;
  }

  async readInbox(shard: number, afterId: string, count: number): Promise<readonly InboxEntry[]> {
    return this.#database.read((content) =>
      shardOfContent(content, shard)
        .inbox.filter(({ id }) => compareInboxIds(id, afterId) > 0)
        .slice(0, count)
        .map(({ id, uid, event }) => ({ id, workflowUid: uid, event: JSON.parse(event) as WorkflowEvent })),
    );
  }

  async inboxWatermark(shard: number): Promise<string> {
    return this.#database.read((content) => shardOfContent(content, shard).watermark);
  }

  async loadWorkflow(shard: number, uid: string): Promise<StoredWorkflow | undefined> {
    return this.#database.read((content) => {
      const record = shardOfContent(content, shard).workflows.get(uid);
      return record && storedFrom(uid, record);
    });
  }

  async dueTimers(shard: number, nowMs: number, count: number): Promise<readonly DueTimer[]> {
    return this.#database.read((content) =>
      timersOf(content, shard)
        .filter(({ dueAtMs }) => dueAtMs <= nowMs)
        .slice(0, count),
    );
  }

  async nextTimerAtMs(shard: number): Promise<number | undefined> {
    return this.#database.read((content) => timersOf(content, shard)[0]?.dueAtMs);
  }

  async commit(lease: Lease, commit: ShardCommit): Promise<CommitResult> {
    const text = JSON.stringify(commit);
    const result = this.#database.change((content, nowMs): CommitResult => {
      const record = shardOfContent(content, lease.shard);
      if (this.#checksFence && !follows(record, lease, commit, nowMs)) return { status: "fenced" };
      if (record.lease !== undefined) record.lease.commits += 1;
      return { status: "committed", outboxIds: apply(record, JSON.parse(text) as ShardCommit, nowMs) };
    });
    if (result.status === "committed") this.#notify(lease.shard, commit.workflows);
    return result;
  }

  async readOutbox(shard: number, afterId: string, count: number): Promise<readonly OutboxEntry[]> {
    return this.#database.read((content) =>
      shardOfContent(content, shard)
        .outbox.filter(({ id }) => compareInboxIds(id, afterId) > 0)
        .slice(0, count)
        .map((entry) => structuredClone(entry)),
    );
  }

  async oldestWaiting(shard: number, carriedId: string): Promise<OldestWaiting> {
    return this.#database.read((content) => {
      const { inbox, watermark, outbox } = shardOfContent(content, shard);
      const firstAfter = (entries: readonly { readonly id: string }[], afterId: string) =>
        entries.find(({ id }) => compareInboxIds(id, afterId) > 0)?.id;
      return { inboxId: firstAfter(inbox, watermark), outboxId: firstAfter(outbox, carriedId) };
    });
  }

  async acknowledgeOutbox(lease: Lease, throughId: string): Promise<void> {
    this.#database.change((content, nowMs) => {
      const record = shardOfContent(content, lease.shard);
      if (this.#checksFence && !holds(record, lease, nowMs)) return;
      const kept = record.outbox.findIndex(({ id }) => compareInboxIds(id, throughId) > 0);
      record.outbox.splice(0, kept < 0 ? record.outbox.length : kept);
    });
  }

  #notify(shard: number, workflows: readonly WorkflowCommit[]): void {
    for (const { uid, created } of workflows) {
      const namespace =
        created?.bundle.workflow.metadata.namespace ??
        this.#database.read((content) => shardOfContent(content, shard).workflows.get(uid)?.namespace);
      if (namespace !== undefined) this.#database.publish(workflowsChanged, `${namespace} ${uid}`);
    }
  }
}

export function storedFrom(uid: string, record: WorkflowRecord): StoredWorkflow {
  return {
    uid,
    submittedAtMs: record.submittedAtMs,
    bundle: JSON.parse(record.bundle) as WorkflowBundle,
    header: JSON.parse(record.header) as WorkflowHeader,
    nodes: [...record.nodes.values()].map((node) => JSON.parse(node) as NodeStatus),
  };
}

function follows(record: ShardRecord, lease: Lease, commit: ShardCommit, nowMs: number): boolean {
  if (!holds(record, lease, nowMs)) return false;
  return commit.afterCommits === undefined || commit.afterCommits === record.lease?.commits;
}

function apply(record: ShardRecord, commit: ShardCommit, nowMs: number): readonly string[] {
  for (const { workflowUid, timerId, dueAtMs } of commit.firedTimers) {
    const timers = record.workflows.get(workflowUid)?.timers;
    // A timer that was moved since it was read has not fired.
    if (timers?.get(timerId) === dueAtMs) timers.delete(timerId);
  }
  for (const workflow of commit.workflows) applyWorkflow(record, workflow, nowMs);
  if (commit.inboxThroughId !== undefined) {
    const throughId = commit.inboxThroughId;
    record.watermark = throughId;
    const kept = record.inbox.findIndex(({ id }) => compareInboxIds(id, throughId) > 0);
    record.inbox.splice(0, kept < 0 ? record.inbox.length : kept);
  }
  return commit.outbox.map((message: OutboxMessage) => {
    const id = nextStreamId(record, nowMs);
    record.outbox.push({ id, message });
    return id;
  });
}

function applyWorkflow(record: ShardRecord, commit: WorkflowCommit, nowMs: number): void {
  const workflow = commit.created ? createRecord(record, commit) : recordOf(record, commit.uid);
  if (commit.header !== undefined) workflow.header = JSON.stringify(commit.header);
  for (const node of commit.nodes) workflow.nodes.set(node.id, JSON.stringify(node));
  for (const id of commit.removedNodeIds) workflow.nodes.delete(id);
  for (const timer of commit.timers) {
    if (timer.type === "set-timer") workflow.timers.set(timer.timerId, timer.dueAtMs);
    else workflow.timers.delete(timer.timerId);
  }
  const log = record.logs.get(commit.uid) ?? [];
  record.logs.set(commit.uid, log);
  const { header, nodes, removedNodeIds, deleted } = commit;
  log.push({ id: nextStreamId(record, nowMs), change: JSON.stringify({ header, nodes, removedNodeIds, deleted }) });
  if (!deleted) return;
  record.workflows.delete(commit.uid);
  if (record.names.get(`${workflow.namespace}/${workflow.name}`) === commit.uid) {
    record.names.delete(`${workflow.namespace}/${workflow.name}`);
  }
}

function createRecord(record: ShardRecord, commit: WorkflowCommit): WorkflowRecord {
  const { created } = commit;
  assert(created, "a creating commit has what it creates");
  const { namespace = "", name = "" } = created.bundle.workflow.metadata;
  const bundle = JSON.stringify(created.bundle);
  const workflow = {
    ...{ bundle, namespace, name, submittedAtMs: created.submittedAtMs, header: "null" },
    ...{ nodes: new Map<string, string>(), timers: new Map<string, number>() },
  };
  record.workflows.set(commit.uid, workflow);
  return workflow;
}

/** What was never created is written all the same, as a hash in Redis would be. */
function recordOf(record: ShardRecord, uid: string): WorkflowRecord {
  const known = record.workflows.get(uid);
  if (known !== undefined) return known;
  const stray = {
    ...{ bundle: "null", namespace: "", name: "", submittedAtMs: 0, header: "null" },
    ...{ nodes: new Map<string, string>(), timers: new Map<string, number>() },
  };
  record.workflows.set(uid, stray);
  return stray;
}

function timersOf(content: DatabaseContent, shard: number): readonly DueTimer[] {
  const timers: DueTimer[] = [];
  for (const [workflowUid, { timers: ofWorkflow }] of shardOfContent(content, shard).workflows) {
    for (const [timerId, dueAtMs] of ofWorkflow) timers.push({ workflowUid, timerId, dueAtMs });
  }
  return timers.sort((left, right) => left.dueAtMs - right.dueAtMs);
}
