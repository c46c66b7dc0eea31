import type { OutboxEntry, Task, TaskFacts, TaskFailure, WorkflowSummary } from "@capstan/core";

/** What the store keeps of a workflow; JSON text where the real one keeps text, so that nothing in memory is shared with it. */
export interface WorkflowRecord {
  readonly bundle: string;
  readonly submittedAtMs: number;
  readonly namespace: string;
  readonly name: string;
  header: string;
  readonly nodes: Map<string, string>;
  readonly timers: Map<string, number>;
}

export interface ShardRecord {
  readonly inbox: { readonly id: string; readonly uid: string; readonly event: string }[];
  watermark: string;
  readonly outbox: OutboxEntry[];
  readonly names: Map<string, string>;
  readonly workflows: Map<string, WorkflowRecord>;
  /** By uid; stays for a while after the workflow is gone. */
  readonly logs: Map<string, { readonly id: string; readonly change: string }[]>;
  lease: { owner: string; token: number; untilMs: number; commits: number } | undefined;
  lastToken: number;
  lastId: string;
}

export interface Job {
  readonly task: string;
  readonly id: string;
  readonly pool: string;
  readonly key: number;
  readonly order: number;
  state: "waiting" | "active" | "done";
  holder: string;
  untilMs: number;
  deliveries: number;
  /** A rejected task is not handed out again before this. */
  notBeforeMs: number;
}

/** All that a store holds. */
export interface DatabaseContent {
  readonly shards: Map<number, ShardRecord>;
  readonly living: Map<string, number>;
  readonly index: Map<string, { readonly version: string; readonly summary: WorkflowSummary | undefined }>;
  readonly jobs: Map<string, Job>;
  readonly cancelled: Map<string, string>;
  /** When a task was last put into each pool. */
  readonly pools: Map<string, number>;
  jobOrder: number;
  /** Tasks that failed, by id; and the last good run of each template. */
  readonly failures: Map<string, TaskFailure>;
  readonly goodRuns: Map<string, TaskFacts>;
}

type Change<T> = (content: DatabaseContent, nowMs: number) => T;

/**
 * The durable side of the fakes. Every change is a function of the content and the time, and is kept in a journal, so
 * that a server that lost its last second is the journal without its end, as Redis' append-only file would be.
 */
export class MemoryDatabase {
  readonly #nowMs: () => number;
  readonly #keepsJournal: boolean;
  #content = emptyContent();
  #journal: { readonly atMs: number; readonly change: Change<unknown> }[] = [];
  readonly #listeners = new Map<string, Set<(message: string) => void>>();

  constructor(nowMs: () => number, options: { readonly keepsJournal: boolean } = { keepsJournal: false }) {
    this.#nowMs = nowMs;
    this.#keepsJournal = options.keepsJournal;
  }

  change<T>(change: Change<T>): T {
    const atMs = this.#nowMs();
    if (this.#keepsJournal) this.#journal.push({ atMs, change });
    return change(this.#content, atMs);
  }

  read<T>(read: Change<T>): T {
    return read(this.#content, this.#nowMs());
  }

  /** Forgets every change after a moment. */
  forgetAfter(moment: number): number {
    const kept = this.#journal.filter(({ atMs }) => atMs <= moment);
    const lost = this.#journal.length - kept.length;
    this.#content = emptyContent();
    this.#journal = kept;
    for (const { atMs, change } of kept) change(this.#content, atMs);
    return lost;
  }

  publish(channel: string, message: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener(message);
  }

  subscribe(channel: string, listener: (message: string) => void): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }
}

export function shardOfContent(content: DatabaseContent, shard: number): ShardRecord {
  const known = content.shards.get(shard);
  if (known !== undefined) return known;
  const created: ShardRecord = {
    inbox: [],
    watermark: "",
    outbox: [],
    names: new Map(),
    workflows: new Map(),
    logs: new Map(),
    lease: undefined,
    lastToken: 0,
    lastId: "0-0",
  };
  content.shards.set(shard, created);
  return created;
}

/** The next id of a shard's streams, as Redis makes them: the time and a number. */
export function nextStreamId(record: ShardRecord, nowMs: number): string {
  const [lastMs = 0, lastSequence = 0] = record.lastId.split("-").map(Number);
  record.lastId = nowMs > lastMs ? `${nowMs}-0` : `${lastMs}-${lastSequence + 1}`;
  return record.lastId;
}

function emptyContent(): DatabaseContent {
  return {
    shards: new Map(),
    living: new Map(),
    index: new Map(),
    jobs: new Map(),
    cancelled: new Map(),
    pools: new Map(),
    jobOrder: 0,
    failures: new Map(),
    goodRuns: new Map(),
  };
}

export function parseTask(job: Job): Task {
  return JSON.parse(job.task) as Task;
}
