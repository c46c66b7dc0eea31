import type { WorkflowHeader, WorkflowState, WorkflowSummary } from "@capstan/core";

/** What lists show of a workflow and never changes. */
export type WorkflowIdentity = Omit<
  WorkflowSummary,
  "phase" | "message" | "progress" | "startedAtMs" | "finishedAtMs" | "suspended"
>;

/** A workflow that its shard's owner has in memory. */
export interface CachedWorkflow {
  readonly uid: string;
  /** Undefined when there is no such workflow, or no longer. */
  state: WorkflowState | undefined;
  identity: WorkflowIdentity | undefined;
  /** When it was submitted, while none of its tasks has begun. */
  awaitsStartSinceMs: number | undefined;
  header: WorkflowHeader | undefined;
  /** What it takes of memory besides its nodes, counted in nodes. */
  bundleWeight: number;
  /** How many nodes it has had, and its bundle's weight: its share of memory. */
  nodeCount: number;
  /** Decisions that are not committed yet: until then what the store has is older, and the workflow must stay. */
  uncommitted: number;
  indexedAtMs: number;
  indexed: WorkflowHeader | undefined;
}

/** Bounds what all shards of this process keep in memory, by nodes; the least recently used goes first. */
export class WorkflowCache {
  readonly #nodesMax: number;
  /** In order of use, oldest first. */
  readonly #byUse = new Map<CachedWorkflow, CachePartition>();
  #nodeCount = 0;

  constructor(nodesMax: number) {
    this.#nodesMax = nodesMax;
  }

  get nodeCount(): number {
    return this.#nodeCount;
  }

  /** A place for one holding of a shard: whatever comes after its end finds it closed, and cannot spoil the next holding. */
  open(): CachePartition {
    return new CachePartition(this);
  }

  /** Called by partitions: a workflow was used and has grown by so many nodes. */
  used(workflow: CachedWorkflow, partition: CachePartition, grownBy: number): void {
    this.#byUse.delete(workflow);
    this.#byUse.set(workflow, partition);
    this.#nodeCount += grownBy;
  }

  gone(workflow: CachedWorkflow): void {
    if (this.#byUse.delete(workflow)) this.#nodeCount -= workflow.nodeCount;
  }

  /** Lets the oldest go until the rest fits; what is uncommitted stays. */
  shrink(): void {
    if (this.#nodeCount <= this.#nodesMax) return;
    for (const [workflow, partition] of this.#byUse) {
      if (workflow.uncommitted === 0) partition.remove(workflow.uid);
      if (this.#nodeCount <= this.#nodesMax) return;
    }
  }
}

/** One holding's workflows. */
export class CachePartition {
  readonly #cache: WorkflowCache;
  readonly #workflows = new Map<string, CachedWorkflow>();
  #closed = false;

  constructor(cache: WorkflowCache) {
    this.#cache = cache;
  }

  get(uid: string): CachedWorkflow | undefined {
    const workflow = this.#workflows.get(uid);
    if (workflow !== undefined) this.#cache.used(workflow, this, 0);
    return workflow;
  }

  put(workflow: CachedWorkflow): void {
    if (this.#closed) return;
    this.remove(workflow.uid);
    this.#workflows.set(workflow.uid, workflow);
    this.#cache.used(workflow, this, workflow.nodeCount);
  }

  grow(workflow: CachedWorkflow, nodeCount: number): void {
    if (nodeCount <= workflow.nodeCount) return;
    const grownBy = nodeCount - workflow.nodeCount;
    workflow.nodeCount = nodeCount;
    if (this.#workflows.get(workflow.uid) === workflow) this.#cache.used(workflow, this, grownBy);
  }

  remove(uid: string): void {
    const workflow = this.#workflows.get(uid);
    if (workflow === undefined) return;
    this.#workflows.delete(uid);
    this.#cache.gone(workflow);
  }

  /** A decision of the workflow was committed. One that is absent is not worth keeping. */
  committed(workflow: CachedWorkflow): void {
    workflow.uncommitted -= 1;
    if (workflow.uncommitted === 0 && workflow.state === undefined) this.remove(workflow.uid);
    this.#cache.shrink();
  }

  /** Forgets everything; from now on nothing is kept. */
  close(): void {
    this.#closed = true;
    for (const uid of [...this.#workflows.keys()]) this.remove(uid);
  }
}
