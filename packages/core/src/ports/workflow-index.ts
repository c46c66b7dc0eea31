import type { NodeStatus, WorkflowHeader, WorkflowPhase } from "../status.ts";
import type { StoredWorkflow } from "./store.ts";

/** What a list shows of a workflow; kept in indexes so that a list never loads workflows. */
export interface WorkflowSummary {
  readonly uid: string;
  readonly shard: number;
  readonly namespace: string;
  readonly name: string;
  readonly phase: WorkflowPhase;
  readonly message?: string;
  /** What failed in it, where the message does not say so. */
  readonly cause?: string;
  readonly progress: string;
  readonly submittedAtMs: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly suspended: boolean;
  readonly labels: { readonly [key: string]: string };
  readonly templateName?: string;
  readonly priority: number;
}

export interface ListQuery {
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly phases?: readonly WorkflowPhase[];
  readonly labels?: readonly {
    readonly key: string;
    readonly operator: "=" | "!=" | "exists" | "!exists" | "in" | "notin";
    readonly values: readonly string[];
  }[];
  readonly namePrefix?: string;
  /** Submitted then or later, and before; the index is in this order, so nothing outside is looked at. */
  readonly submittedFromMs?: number;
  readonly submittedBeforeMs?: number;
  readonly limit: number;
  /** Where the last page ended. */
  readonly continueToken?: string;
}

export interface ListPage {
  readonly items: readonly WorkflowSummary[];
  readonly continueToken?: string;
}

/** The index after a change: what is shown now of a workflow, or that it is gone. */
export type IndexChange =
  | { readonly summary: WorkflowSummary; readonly removedUid?: undefined }
  | { readonly summary?: undefined; readonly removedUid: string };

/** One commit's changes of one workflow, as watchers see them; whole values, so applying one twice is harmless. */
export interface WorkflowChange {
  readonly id: string;
  readonly header?: WorkflowHeader;
  readonly nodes: readonly NodeStatus[];
  readonly removedNodeIds: readonly string[];
  readonly deleted: boolean;
}

/** What follows a change id in a workflow's log. The log is capped, so a watcher that was away may have missed some. */
export interface ChangePage {
  readonly changes: readonly WorkflowChange[];
  /** Changes between `afterId` and the first of these are gone: get the workflow anew. */
  readonly missed: boolean;
}

/** Reading what the shards have committed; used by the API, never by the machine. */
export interface WorkflowReader {
  list(query: ListQuery): Promise<ListPage>;
  get(shard: number, uid: string): Promise<StoredWorkflow | undefined>;
  /** The workflow without its nodes: cheap, however many it has. */
  getHead(shard: number, uid: string): Promise<Omit<StoredWorkflow, "nodes"> | undefined>;
  /** All nodes in pages, in no particular order; those that change meanwhile may come twice. The change log from before tells the rest. */
  scanNodes(shard: number, uid: string): AsyncIterable<readonly NodeStatus[]>;
  /** The nodes of these ids that exist, in the order asked for. */
  getNodes(shard: number, uid: string, ids: readonly string[]): Promise<readonly NodeStatus[]>;
  /** How many workflows are in each phase, of a namespace or of all; from the index, without looking at any. */
  countPhases(namespace?: string): Promise<{ readonly [P in WorkflowPhase]?: number }>;
  /** Calls back with what lists show when that has changed; as `subscribe`, some may be lost while the connection is away. */
  subscribeIndex(listener: (change: IndexChange) => void, onGap?: () => void): Promise<() => Promise<void>>;
  /** Changes after `afterId` ("" for the oldest kept), oldest first. */
  readChanges(shard: number, uid: string, afterId: string, count: number): Promise<ChangePage>;
  /** The id of the newest change, "" when none: read it before `get`, then follow from it, and nothing is missed. */
  lastChangeId(shard: number, uid: string): Promise<string>;
  /**
   * Calls back with (namespace, uid) after each commit that changed a workflow; may be coalesced, and lost while the connection is away:
   * `onGap` tells when that may have happened, so that whoever counts on notices looks for himself.
   */
  subscribe(listener: (namespace: string, uid: string) => void, onGap?: () => void): Promise<() => Promise<void>>;
}

/**
 * Keeping the indexes; called by the outbox relay. `version` is the id of the outbox entry that carried the message: ids
 * of a shard grow, so a relay that repeats or lags never puts an older summary over a newer one, nor brings back a removed one.
 */
export interface WorkflowIndexWriter {
  put(entries: readonly { readonly version: string; readonly summary: WorkflowSummary }[]): Promise<void>;
  remove(
    entries: readonly {
      readonly version: string;
      readonly uid: string;
      readonly namespace: string;
      readonly name: string;
    }[],
  ): Promise<void>;
}
