import { linkNodes, type NodeStatus, type WorkflowHeader } from "@capstan/core";
import type { ChangeEvent } from "../client/workflow-api.ts";

/** What the CLI knows of one workflow: built from change events, each at the cost of what changed. */
export class WorkflowView {
  readonly #nodes = new Map<string, NodeStatus>();
  /** Suspend nodes that wait. */
  readonly #waiting = new Set<string>();
  #linked: readonly NodeStatus[] | undefined;
  #header: WorkflowHeader | undefined;
  #name = "";
  #namespace = "";
  #complete = false;
  #deleted = false;

  apply(event: ChangeEvent): void {
    if (event.type === "snapshot") {
      this.#nodes.clear();
      this.#waiting.clear();
    }
    if (event.metadata !== undefined) {
      this.#name = event.metadata.name;
      this.#namespace = event.metadata.namespace;
    }
    for (const node of event.nodes) {
      this.#nodes.set(node.id, node);
      if (node.type === "Suspend" && node.phase === "Running") this.#waiting.add(node.id);
      else this.#waiting.delete(node.id);
    }
    for (const id of event.removedNodeIds) {
      this.#nodes.delete(id);
      this.#waiting.delete(id);
    }
    if (event.header !== undefined) this.#header = event.header;
    if (event.deleted) this.#deleted = true;
    this.#complete = event.more !== true;
    this.#linked = undefined;
  }

  get name(): string {
    return this.#name;
  }

  get namespace(): string {
    return this.#namespace;
  }

  get header(): WorkflowHeader | undefined {
    return this.#header;
  }

  get deleted(): boolean {
    return this.#deleted;
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  /** The workflow has ended and all of its nodes are here. */
  get finished(): boolean {
    return this.#deleted || (this.#complete && this.#header?.finishedAtMs !== undefined);
  }

  /** Somebody has to resume it, or one of its nodes, or time does. */
  get isSuspended(): boolean {
    return !this.finished && (this.#header?.suspended === true || this.#waiting.size > 0);
  }

  /** The nodes with their children, in order of creation; costs a pass over all of them after each change. */
  get nodes(): readonly NodeStatus[] {
    this.#linked ??= linkNodes(this.#nodes.values());
    return this.#linked;
  }
}
