import { isTerminal } from "../graph/phases.ts";
import type { NodePhase, NodeStatus, WorkflowHeader } from "../status.ts";
import { nodeAt, phaseAt } from "./node-at.ts";
import { loopId, rootId, toViewNode, type ViewNode } from "./view-node.ts";

/** How many leaf nodes are in each phase; phases without any are absent. */
export type PhaseCounts = { readonly [P in NodePhase]?: number };

/** What contains nodes: a composite node, or the items of a loop in a step group. */
export interface ViewContainer {
  readonly id: string;
  /** In order of creation. */
  readonly children: readonly string[];
  readonly counts: PhaseCounts;
}

interface Container extends ViewContainer {
  readonly children: string[];
  readonly counts: { [P in NodePhase]?: number };
  /** Of a loop: where it stands. */
  readonly above?: string;
}

/**
 * A workflow's nodes as a tree of containers, kept up to date at the cost of what changes: a changed leaf changes the counts of the
 * containers above it. In memory, for as long as somebody looks.
 */
export class WorkflowView {
  readonly #nodes = new Map<string, ViewNode>();
  readonly #containers = new Map<string, Container>([[rootId, { id: rootId, children: [], counts: {} }]]);
  #header: WorkflowHeader;
  /** Grows with every change. */
  version = 0;

  constructor(header: WorkflowHeader, nodes: Iterable<NodeStatus>) {
    this.#header = header;
    this.apply({ nodes: [...nodes], removedNodeIds: [] });
  }

  /** The workflow as it was at a moment, as far as the nodes' times tell. */
  at(atMs: number): WorkflowView {
    const past = new WorkflowView({ ...this.#header, phase: phaseAt(this.#header, atMs) }, []);
    for (const node of this.#nodes.values()) {
      const then = nodeAt(node, atMs);
      if (then !== undefined) past.#put(then);
    }
    return past;
  }

  get header(): WorkflowHeader {
    return this.#header;
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  /** Takes a change in; values are whole, so taking one twice is harmless. */
  apply(change: {
    readonly header?: WorkflowHeader;
    readonly nodes: readonly NodeStatus[];
    readonly removedNodeIds: readonly string[];
  }): void {
    this.version++;
    if (change.header !== undefined) this.#header = change.header;
    for (const id of change.removedNodeIds) this.#remove(id);
    const seen = (id: string) => this.#nodes.get(id);
    for (const node of inOrder(change.nodes)) {
      this.#put(toViewNode(node, { seen, entryId: this.#containers.get(rootId)?.children[0] }));
    }
  }

  node(id: string): ViewNode | undefined {
    return this.#nodes.get(id);
  }

  nodes(): IterableIterator<ViewNode> {
    return this.#nodes.values();
  }

  container(id: string): ViewContainer | undefined {
    return this.#containers.get(id);
  }

  /** The containers above a node or container, the innermost first, the root left out. */
  above(id: string): readonly string[] {
    const found: string[] = [];
    for (let at = this.#containerAbove(id); at !== undefined && at !== rootId; at = this.#containerAbove(at))
      found.push(at);
    return found;
  }

  #containerAbove(id: string): string | undefined {
    return this.#nodes.get(id)?.container ?? this.#containers.get(id)?.above;
  }

  #put(node: ViewNode): void {
    const before = this.#nodes.get(node.id);
    if (before !== undefined && before.container !== node.container) this.#remove(node.id);
    const known = this.#nodes.get(node.id);
    this.#nodes.set(node.id, node);
    if (known === undefined) {
      this.#containerOf(node).children.push(node.id);
      if (this.#isCounted(node)) this.#count(node, 1);
      return;
    }
    if (known.phase === node.phase || !this.#isCounted(node)) return;
    this.#count(known, -1);
    this.#count(node, 1);
  }

  #remove(id: string): void {
    const node = this.#nodes.get(id);
    if (node === undefined) return;
    if (this.#isCounted(node)) this.#count(node, -1);
    this.#nodes.delete(id);
    if (this.#containers.get(id)?.children.length === 0) this.#containers.delete(id);
    this.#leave(node.container, id);
  }

  /** Takes a child out of its container; a container without children is a leaf again, or, for a loop, nothing. */
  #leave(containerId: string, childId: string): void {
    const container = this.#containers.get(containerId);
    const at = container?.children.lastIndexOf(childId) ?? -1;
    if (container === undefined || at < 0) return;
    container.children.splice(at, 1);
    if (container.children.length > 0 || containerId === rootId) return;
    this.#containers.delete(containerId);
    if (container.above !== undefined) this.#leave(container.above, containerId);
    const holder = this.#nodes.get(containerId);
    if (holder !== undefined && holder.type !== "Pod") this.#count(holder, 1);
  }

  /** What contains others is not counted itself; a Pod counts once, whatever containers it has. */
  #isCounted({ id, type }: ViewNode): boolean {
    return type === "Pod" || (type !== "Container" && !this.#containers.has(id));
  }

  #count(node: ViewNode, by: number): void {
    for (let at: string | undefined = node.container; at !== undefined; at = this.#containerAbove(at)) {
      const counts = this.#containers.get(at)?.counts;
      if (counts === undefined) return;
      const count = (counts[node.phase] ?? 0) + by;
      if (count === 0) delete counts[node.phase];
      else counts[node.phase] = count;
    }
  }

  #containerOf(node: ViewNode): Container {
    const known = this.#containers.get(node.container);
    if (known !== undefined) return known;
    const { container: id, slot } = node;
    const holder = this.#nodes.get(id);
    // The holder was counted as a leaf until now.
    if (holder !== undefined && holder.type !== "Pod") this.#count(holder, -1);
    const groupId = slot === undefined ? "" : id.slice(0, -(slot.length + 1));
    const isLoop = holder === undefined && slot !== undefined && loopId(groupId, slot) === id;
    const made: Container = { id, children: [], counts: {}, ...(isLoop && { above: groupId }) };
    if (isLoop) this.#loopIn(groupId, id);
    this.#containers.set(id, made);
    return made;
  }

  /** A loop stands in its group like a node, once. */
  #loopIn(groupId: string, id: string): void {
    const group = this.#containers.get(groupId);
    if (group !== undefined) {
      group.children.push(id);
      return;
    }
    const holder = this.#nodes.get(groupId);
    if (holder !== undefined) this.#count(holder, -1);
    this.#containers.set(groupId, { id: groupId, children: [id], counts: {} });
  }
}

/** In order of creation. Ordinals are nearly dense, so very many are put into their places rather than compared. */
function inOrder(nodes: readonly NodeStatus[]): readonly NodeStatus[] {
  const ordinalOf = (node: NodeStatus) => node.links?.ordinal ?? 0;
  const compared = () => [...nodes].sort((left, right) => ordinalOf(left) - ordinalOf(right));
  if (nodes.length < 1_000) return compared();
  const places = new Array<NodeStatus | undefined>(nodes.length);
  const others: NodeStatus[] = [];
  for (const node of nodes) {
    const ordinal = ordinalOf(node);
    if (ordinal < places.length && places[ordinal] === undefined) places[ordinal] = node;
    else others.push(node);
  }
  if (others.length > 1_000) return compared();
  const placed = places.filter((node) => node !== undefined);
  if (others.length === 0) return placed;
  // A few that came twice, or after a retry: they sort in at little cost.
  return [...placed, ...others].sort((left, right) => ordinalOf(left) - ordinalOf(right));
}

/** The worst, or else the liveliest, phase of what is counted: what a container without a node of its own is in. */
export function phaseOfCounts(counts: PhaseCounts): NodePhase {
  if (counts.Running !== undefined) return "Running";
  if (counts.Pending !== undefined) return isTouched(counts) ? "Running" : "Pending";
  for (const phase of ["Error", "Failed", "Succeeded", "Skipped"] as const)
    if (counts[phase] !== undefined) return phase;
  return "Omitted";
}

function isTouched(counts: PhaseCounts): boolean {
  return (Object.keys(counts) as NodePhase[]).some(isTerminal);
}
