import type { TimerChange, WorkflowCommand } from "../machine/command.ts";
import type { WorkflowEvent } from "../machine/event.ts";
import type { WorkflowBundle } from "../spec/workflow.ts";
import type { NodeStatus, WorkflowHeader } from "../status.ts";
import type { WorkflowSummary } from "./workflow-index.ts";

/** The right to commit to a shard. A commit under a lease that is no longer the shard's is refused: the token is the fence. */
export interface Lease {
  readonly shard: number;
  readonly owner: string;
  readonly token: number;
}

export interface LeaseStore {
  /** The lease, if the shard is free, expired or already this owner's; undefined when another owner holds it. Every call that succeeds is a new holding with a higher token: the owner's earlier lease is void. */
  acquire(shard: number, owner: string, ttlMs: number): Promise<Lease | undefined>;
  /** False when the lease was lost: the holder must stop at once. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  release(lease: Lease): Promise<void>;
  /** Says that a coordinator lives; forgotten after ttlMs. Returns all that live now, sorted. */
  heartbeat(owner: string, ttlMs: number): Promise<readonly string[]>;
  /** Takes a coordinator off the list of the living at once (clean shutdown). */
  leave(owner: string): Promise<void>;
}

/** One event in a shard's inbox; ids grow, and the watermark is the last one committed. */
export interface InboxEntry {
  readonly id: string;
  readonly workflowUid: string;
  readonly event: WorkflowEvent;
}

/** What a shard knows of a workflow; enough to go on deciding. */
export interface StoredWorkflow {
  readonly uid: string;
  readonly submittedAtMs: number;
  readonly bundle: WorkflowBundle;
  readonly header: WorkflowHeader;
  /** In no particular order. */
  readonly nodes: readonly NodeStatus[];
}

export interface WorkflowCommit {
  readonly uid: string;
  /** Present in the commit that creates the workflow. */
  readonly created?: { readonly bundle: WorkflowBundle; readonly submittedAtMs: number };
  readonly header?: WorkflowHeader;
  readonly nodes: readonly NodeStatus[];
  readonly removedNodeIds: readonly string[];
  readonly timers: readonly TimerChange[];
  /** Removes every key of the workflow, its name and its timers. */
  readonly deleted: boolean;
}

/** What the outbox carries: the machine's commands and the upkeep of the indexes. */
export type OutboxMessage =
  | WorkflowCommand
  | { readonly type: "index-workflow"; readonly summary: WorkflowSummary }
  | { readonly type: "unindex-workflow"; readonly uid: string; readonly namespace: string; readonly name: string };

export interface OutboxEntry {
  readonly id: string;
  readonly message: OutboxMessage;
}

/** One atomic step of a shard: all of it or nothing. */
export interface ShardCommit {
  /** How many commits the store must have seen under this lease: one that lost its last second, or has this commit already, refuses it. Unchecked when absent. */
  readonly afterCommits?: number;
  /** The new watermark: every inbox entry up to and including it is answered by this commit. Absent when only timers fired. */
  readonly inboxThroughId?: string;
  readonly workflows: readonly WorkflowCommit[];
  readonly firedTimers: readonly { readonly workflowUid: string; readonly timerId: string; readonly dueAtMs: number }[];
  readonly outbox: readonly OutboxMessage[];
}

/** "fenced": the lease is not the shard's any more, or commits under it are missing; nothing was written. */
export type CommitResult =
  | {
      readonly status: "committed" /** Of the commit's outbox messages, in order. */;
      readonly outboxIds: readonly string[];
    }
  | { readonly status: "fenced" };

export interface DueTimer {
  readonly workflowUid: string;
  readonly timerId: string;
  readonly dueAtMs: number;
}

/** Undefined where nothing waits. */
export interface OldestWaiting {
  readonly inboxId: string | undefined;
  readonly outboxId: string | undefined;
}

/** A shard's durable state, as its owner uses it. */
export interface ShardStore {
  /** Entries after `afterId` ("" for the beginning), oldest first, at most `count`. */
  readInbox(shard: number, afterId: string, count: number): Promise<readonly InboxEntry[]>;
  /** The watermark: id of the last inbox entry committed, "" when none. */
  inboxWatermark(shard: number): Promise<string>;
  loadWorkflow(shard: number, uid: string): Promise<StoredWorkflow | undefined>;
  /** Timers due at or before nowMs, earliest first, at most `count`. */
  dueTimers(shard: number, nowMs: number, count: number): Promise<readonly DueTimer[]>;
  /** When the shard's earliest timer is due, Unix ms; undefined when there is none. */
  nextTimerAtMs(shard: number): Promise<number | undefined>;
  commit(lease: Lease, commit: ShardCommit): Promise<CommitResult>;
  /** Outbox messages after `afterId` ("" for all not yet acknowledged), oldest first. */
  readOutbox(shard: number, afterId: string, count: number): Promise<readonly OutboxEntry[]>;
  /** Ids of the oldest inbox entry that is not committed and of the oldest outbox message after `carriedId` ("" for any): how far behind the shard is. */
  oldestWaiting(shard: number, carriedId: string): Promise<OldestWaiting>;
  /** Forgets the outbox up to and including `throughId`; its messages have been carried out. */
  acknowledgeOutbox(lease: Lease, throughId: string): Promise<void>;
}

/** Wakes the owner of a shard when its inbox has grown; may be lost or be early, so owners also look from time to time. */
export interface ShardWakeups {
  /** Calls back with the shard for every wake-up until closed. */
  subscribe(listener: (shard: number) => void): Promise<() => Promise<void>>;
}
