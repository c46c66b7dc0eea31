import type { NodeStatus } from "../status.ts";
import { isFailedOrError, isLeaf } from "./phases.ts";

/** Sums of composite nodes' progress follow every path below them; beyond this many nodes only their own subtree counts. */
const exactProgressNodesMax = 5_000;

/**
 * The nodes as Argo shows them: with `children`, `outboundNodes` and the progress and resource durations of composite
 * nodes, all derived from the links of the stored nodes. In order of creation.
 */
export function linkNodes(nodes: Iterable<NodeStatus>): readonly NodeStatus[] {
  const ordered = [...nodes].sort((left, right) => (left.links?.ordinal ?? 0) - (right.links?.ordinal ?? 0));
  const tree = new NodeTree(ordered);
  const sums = ordered.length <= exactProgressNodesMax ? new ReachableSums(tree) : new SubtreeSums(ordered);
  return ordered.map((node) => {
    const children = tree.childrenOf(node.id);
    const ends = node.links?.ends;
    const outbound = ends === undefined ? undefined : tree.outboundOfEnds(ends);
    return {
      ...node,
      ...(children.length > 0 && { children }),
      ...(outbound !== undefined && outbound.length > 0 && { outboundNodes: outbound }),
      ...(isExecutable(node) ? {} : sums.of(node)),
    };
  });
}

class NodeTree {
  readonly nodes: ReadonlyMap<string, NodeStatus>;
  readonly #children = new Map<string, string[]>();
  readonly #outbound = new Map<string, readonly string[]>();

  constructor(ordered: readonly NodeStatus[]) {
    this.nodes = new Map(ordered.map((node) => [node.id, node]));
    // In order of creation: what a node comes after exists, with all its children, before the node does.
    for (const node of ordered) {
      for (const child of node.children ?? []) this.#addChild(node.id, child);
      const { parent, parents, after } = node.links ?? {};
      if (parent !== undefined) this.#addChild(parent, node.id);
      for (const id of parents ?? []) this.#addChild(id, node.id);
      for (const id of after ?? []) for (const end of this.outboundOf(id)) this.#addChild(end, node.id);
    }
  }

  childrenOf(id: string): readonly string[] {
    return this.#children.get(id) ?? [];
  }

  /** The last descendants of a node, which what follows it is linked to. */
  outboundOf(id: string): readonly string[] {
    const known = this.#outbound.get(id);
    if (known !== undefined) return known;
    const found = this.#findOutbound(id);
    this.#outbound.set(id, found);
    return found;
  }

  /** The outbound nodes of a composite that ends with these; a group without children leads nowhere then. */
  outboundOfEnds(ends: readonly string[]): readonly string[] {
    return unique(
      ends.flatMap((id) =>
        this.nodes.get(id)?.type === "StepGroup" && this.childrenOf(id).length === 0 ? [] : this.outboundOf(id),
      ),
    );
  }

  #findOutbound(id: string): readonly string[] {
    const node = this.nodes.get(id);
    const children = this.childrenOf(id);
    switch (node?.type) {
      case "Retry":
        return children.slice(-1);
      case "StepGroup":
      case "TaskGroup":
      case "Container":
      case "Pod":
        return this.#outboundOfGroup(id, node, children);
      case "Steps":
      case "DAG":
        return this.outboundOfEnds(node.links?.ends ?? node.outboundNodes ?? []);
      case undefined:
        return [];
      default:
        return [id];
    }
  }

  #outboundOfGroup(id: string, node: NodeStatus, children: readonly string[]): readonly string[] {
    if (node.type === "Pod" && !children.some((child) => this.nodes.get(child)?.type === "Container")) return [id];
    if (children.length === 0) return [id];
    return unique(children.flatMap((child) => this.outboundOf(child)));
  }

  #addChild(parent: string, child: string): void {
    const children = this.#children.get(parent);
    if (children === undefined) this.#children.set(parent, [child]);
    else if (children.at(-1) !== child && !(children.length < 50 && children.includes(child))) children.push(child);
  }
}

type Sum = Pick<NodeStatus, "progress" | "resourcesDuration">;

class Adder {
  #done = 0;
  #total = 0;
  readonly #durations = new Map<string, number>();

  add(node: NodeStatus): void {
    const [done, total] = progressOf(node);
    this.#done += done;
    this.#total += total;
    for (const [resource, seconds] of Object.entries(node.resourcesDuration ?? {})) {
      this.#durations.set(resource, (this.#durations.get(resource) ?? 0) + seconds);
    }
  }

  sum(): Sum {
    return {
      ...(this.#total > 0 && { progress: `${this.#done}/${this.#total}` }),
      ...(this.#durations.size > 0 && { resourcesDuration: Object.fromEntries(this.#durations) }),
    };
  }
}

/** Argo's sums: a node's progress is that of everything that its edges reach. */
class ReachableSums {
  readonly #tree: NodeTree;

  constructor(tree: NodeTree) {
    this.#tree = tree;
  }

  of(node: NodeStatus): Sum {
    const adder = new Adder();
    const seen = new Set<string>();
    const open = [...this.#tree.childrenOf(node.id)];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const child = this.#tree.nodes.get(id);
      if (child === undefined) continue;
      if (isExecutable(child)) adder.add(child);
      open.push(...this.#tree.childrenOf(id));
    }
    return adder.sum();
  }
}

class SubtreeSums {
  readonly #adders = new Map<string, Adder>();

  constructor(ordered: readonly NodeStatus[]) {
    const nodes = new Map(ordered.map((node) => [node.id, node]));
    for (const node of ordered) {
      if (!isExecutable(node)) continue;
      for (let above = containerOf(node); above !== undefined; above = containerOf(nodes.get(above))) {
        const adder = this.#adders.get(above) ?? new Adder();
        this.#adders.set(above, adder);
        adder.add(node);
      }
    }
  }

  of(node: NodeStatus): Sum {
    return this.#adders.get(node.id)?.sum() ?? {};
  }
}

function containerOf(node: NodeStatus | undefined): string | undefined {
  return node?.links?.parent ?? node?.boundaryID;
}

/** Nodes with a progress of their own; the others' is a sum. */
export function isExecutable(node: Pick<NodeStatus, "type">): boolean {
  return isLeaf(node.type) || node.type === "Container";
}

const done: readonly [number, number] = [1, 1];
const waiting: readonly [number, number] = [0, 1];

/** A node's own progress as numbers: [done, total]. A node that succeeded has done all. */
export function progressOf(node: NodeStatus): readonly [number, number] {
  if (node.progress === "0/1") return node.phase === "Succeeded" ? done : waiting;
  if (node.progress === "1/1") return done;
  const match = /^(\d+)\/(\d+)$/.exec(node.progress ?? "0/1");
  const total = Number(match?.[2] ?? 1);
  if (node.phase === "Succeeded" || node.phase === "Skipped" || node.phase === "Omitted") return [total, total];
  return [isFailedOrError(node.phase) && match === null ? 0 : Number(match?.[1] ?? 0), total];
}

function unique(ids: readonly string[]): readonly string[] {
  return ids.length < 2 ? ids : [...new Set(ids)];
}
