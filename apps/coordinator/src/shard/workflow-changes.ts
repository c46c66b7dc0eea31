import type { Decision, NodeStatus, TimerChange, WorkflowBundle, WorkflowCommit, WorkflowHeader } from "@capstan/core";

/** Several decisions of one workflow as the one change that a commit writes. */
export class WorkflowChanges {
  readonly #uid: string;
  readonly #nodes = new Map<string, NodeStatus>();
  readonly #removed = new Set<string>();
  readonly #timers = new Map<string, TimerChange>();
  #created: WorkflowCommit["created"];
  #header: WorkflowHeader | undefined;
  #deleted = false;

  constructor(uid: string) {
    this.#uid = uid;
  }

  created(bundle: WorkflowBundle, submittedAtMs: number): void {
    this.#created = { bundle, submittedAtMs };
  }

  add(decision: Decision): void {
    for (const id of decision.removedNodeIds) {
      this.#nodes.delete(id);
      this.#removed.add(id);
    }
    for (const node of decision.nodes) {
      this.#removed.delete(node.id);
      this.#nodes.set(node.id, node);
    }
    for (const timer of decision.timers) this.#timers.set(timer.timerId, timer);
    if (decision.header !== undefined) this.#header = decision.header;
    if (decision.deleted) this.#deleted = true;
  }

  setHeader(header: WorkflowHeader): void {
    this.#header = header;
  }

  changesTimer(timerId: string): boolean {
    return this.#timers.has(timerId);
  }

  get header(): WorkflowHeader | undefined {
    return this.#header;
  }

  get deleted(): boolean {
    return this.#deleted;
  }

  get isEmpty(): boolean {
    return (
      this.#created === undefined &&
      this.#header === undefined &&
      !this.#deleted &&
      this.#nodes.size + this.#removed.size + this.#timers.size === 0
    );
  }

  commit(): WorkflowCommit {
    return {
      uid: this.#uid,
      ...(this.#created !== undefined && { created: this.#created }),
      ...(this.#header !== undefined && { header: this.#header }),
      nodes: [...this.#nodes.values()],
      removedNodeIds: [...this.#removed],
      timers: [...this.#timers.values()],
      deleted: this.#deleted,
    };
  }
}
