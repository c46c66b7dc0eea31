import { isFailedOrError } from "../graph/phases.ts";
import type { NodeStatus, NodeType } from "../status.ts";

/** What a manual retry does with the nodes of a workflow that has ended: the others stay as they are. */
export interface RetryPlan {
  /** Composite nodes that run again. */
  readonly reset: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
}

export interface RetryQuestion {
  /** With their children, as `linkNodes` gives them. */
  readonly nodes: readonly NodeStatus[];
  readonly workflowName: string;
  /** Nodes to run again although they succeeded. */
  readonly isChosen: (node: NodeStatus) => boolean;
  /** Loops may have other items now: the groups that run again start from nothing. */
  readonly hasParameters: boolean;
}

const groupTypes: ReadonlySet<NodeType> = new Set<NodeType>(["DAG", "TaskGroup", "StepGroup", "Steps"]);
const executionTypes: ReadonlySet<NodeType> = new Set<NodeType>(["Container", "Pod", "HTTP", "Plugin"]);

/**
 * Chooses what a manual retry runs again, as Argo does: failed leaf nodes and everything that came after them go, and the
 * composite nodes around them are set running.
 */
export function planManualRetry(question: RetryQuestion): RetryPlan {
  const planner = new Planner(question);
  planner.plan();
  return { reset: planner.reset, removed: planner.removed };
}

class Planner {
  readonly reset = new Set<string>();
  readonly removed = new Set<string>();
  readonly #question: RetryQuestion;
  readonly #nodes: ReadonlyMap<string, NodeStatus>;
  readonly #parents = new Map<string, NodeStatus>();

  constructor(question: RetryQuestion) {
    this.#question = question;
    this.#nodes = new Map(question.nodes.map((node) => [node.id, node]));
    // A node below several others is reset by way of one of them; which one does not change between runs.
    for (const node of [...question.nodes].sort((left, right) => (left.id < right.id ? -1 : 1))) {
      for (const child of node.children ?? []) this.#parents.set(child, node);
    }
  }

  plan(): void {
    const { nodes, isChosen, hasParameters, workflowName } = this.#question;
    const chosen = new Set(nodes.filter(isChosen).map(({ id }) => id));
    const starts = new Set(chosen);
    for (const node of nodes) if (this.#hasFailed(node, chosen)) starts.add(node.id);
    // From the top down: what goes with a node above needs no path of its own.
    for (const id of this.#topDown()) {
      if (!starts.has(id) || this.removed.has(id)) continue;
      this.#remove(id);
      this.#resetPath(id);
    }
    for (const id of this.#stoppedEarly()) if (!this.removed.has(id)) this.#resetPath(id);
    if (hasParameters) this.#emptyGroups();
    const exitPrefix = `${workflowName}.onExit`;
    for (const node of nodes) if (node.name.startsWith(exitPrefix)) this.removed.add(node.id);
    for (const id of this.removed) this.reset.delete(id);
  }

  #hasFailed(node: NodeStatus, chosen: ReadonlySet<string>): boolean {
    if (!isFailedOrError(node.phase) || !executionTypes.has(node.type)) return false;
    const retry = node.nodeFlag?.retried === true ? this.#parents.get(node.id) : undefined;
    const start = retry?.type === "Retry" ? retry : node;
    // What succeeded after it went on in spite of it; its own hooks do not count, unlike in Argo, where a failed step with an
    // exit handler is never run again.
    for (const id of this.#below(start.id, false)) {
      if (!chosen.has(id) && this.#nodes.get(id)?.phase === "Succeeded") return false;
    }
    return true;
  }

  #below(start: string, withHooks = true): ReadonlySet<string> {
    const found = new Set<string>();
    const open = [...(this.#nodes.get(start)?.children ?? [])];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      if (!withHooks && this.#nodes.get(id)?.nodeFlag?.hooked === true) continue;
      found.add(id);
      open.push(...(this.#nodes.get(id)?.children ?? []));
    }
    return found;
  }

  #topDown(): readonly string[] {
    const order: string[] = [];
    const seen = new Set([this.#question.workflowName]);
    const queue = [this.#question.workflowName];
    for (let at = 0; at < queue.length; at++) {
      const id = queue[at] ?? "";
      order.push(id);
      for (const child of this.#nodes.get(id)?.children ?? []) {
        if (seen.has(child)) continue;
        seen.add(child);
        queue.push(child);
      }
    }
    return order;
  }

  #remove(id: string): void {
    this.removed.add(id);
    for (const below of this.#below(id)) this.removed.add(below);
  }

  /** Composites that failed although nothing in them did: they were stopped with work left that has no nodes. */
  #stoppedEarly(): readonly string[] {
    const failed = this.#question.nodes.filter(({ phase }) => isFailedOrError(phase));
    const withFailed = new Set(failed.flatMap(({ boundaryID, links }) => [boundaryID, links?.parent, links?.owner]));
    return failed.filter(({ id, type }) => groupTypes.has(type) && !withFailed.has(id)).map(({ id }) => id);
  }

  #resetPath(start: string): void {
    let current = this.#nodes.get(start);
    while (current !== undefined) {
      if (groupTypes.has(current.type)) {
        this.reset.add(current.id);
        current = this.#resetBoundaries(current);
        continue;
      }
      if (current.type === "Retry" && isFailedOrError(current.phase)) this.reset.add(current.id);
      if (current.type === "Container") {
        current = this.#removePod(current);
        continue;
      }
      current = this.#parents.get(current.id);
    }
  }

  #resetBoundaries(start: NodeStatus): NodeStatus | undefined {
    let current: NodeStatus | undefined = start;
    while (current !== undefined) {
      let parent = this.#parents.get(current.id);
      if (parent?.type === "Retry") {
        this.reset.add(parent.id);
        current = parent;
        parent = this.#parents.get(current.id);
      }
      if (parent?.type === "StepGroup" || parent?.type === "TaskGroup") this.reset.add(parent.id);
      const boundary: string | undefined = current.boundaryID;
      if (boundary === undefined) return parent;
      while (current !== undefined && current.id !== boundary) current = this.#parents.get(current.id);
      if (current !== undefined) this.reset.add(current.id);
    }
    return undefined;
  }

  /** A container runs again with its whole Pod. */
  #removePod(container: NodeStatus): NodeStatus | undefined {
    let current: NodeStatus | undefined = container;
    while (current !== undefined && current.type !== "Pod") current = this.#parents.get(current.id);
    if (current !== undefined) this.#remove(current.id);
    return current;
  }

  #emptyGroups(): void {
    for (const id of [...this.reset]) {
      const type = this.#nodes.get(id)?.type;
      if (this.removed.has(id) || (type !== "TaskGroup" && type !== "StepGroup")) continue;
      for (const below of this.#below(id)) this.removed.add(below);
    }
  }
}
