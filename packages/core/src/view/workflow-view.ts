import type { NodeStatus, NodeType, WorkflowHeader } from "../status.ts";
import { nodeAt, phaseAt } from "./node-at.ts";
import { type Place, TreePlace } from "./place.ts";
import { toViewNode, type ViewNode } from "./view-node.ts";

/** The place of what the workflow itself calls: its entrypoint, its exit handler, its hooks. */
const rootId = "";

/**
 * A workflow's nodes as a tree of places, kept up to date at the cost of what changes: a changed leaf changes the counts of the
 * places above it. In memory, for as long as somebody looks.
 */
export class WorkflowView {
  readonly #root = new TreePlace(rootId);
  readonly #places = new Map<string, TreePlace>([[rootId, this.#root]]);
  #header: WorkflowHeader;
  /** What was gathered, and where in the order of creation each belongs. */
  #gathered: TreePlace[] = [];
  #ordinals: number[] = [];
  #nodeCount = 0;

  constructor(header: WorkflowHeader, nodes: Iterable<NodeStatus> = []) {
    this.#header = header;
    this.gather(nodes);
    this.settle();
  }

  /** The workflow as it was at a moment, as far as the nodes' times tell. */
  at(atMs: number): WorkflowView {
    const past = new WorkflowView({ ...this.#header, phase: phaseAt(this.#header, atMs) });
    for (const node of this.nodes()) {
      const then = nodeAt(node, atMs);
      if (then !== undefined) past.#gatherOne(then);
    }
    past.settle();
    return past;
  }

  get header(): WorkflowHeader {
    return this.#header;
  }

  get nodeCount(): number {
    return this.#nodeCount;
  }

  get root(): Place {
    return this.#root;
  }

  /** Takes a change in; values are whole, so taking one twice is harmless. */
  apply(change: {
    readonly header?: WorkflowHeader;
    readonly nodes: readonly NodeStatus[];
    readonly removedNodeIds: readonly string[];
  }): void {
    if (change.header !== undefined) this.#header = change.header;
    for (const id of change.removedNodeIds) this.#remove(id);
    this.gather(change.nodes);
    this.settle();
  }

  /** Takes nodes in without looking where they belong, so that they may come in any order; `settle` ends it. */
  gather(nodes: Iterable<NodeStatus>): void {
    let last: ViewNode | undefined;
    for (const node of nodes) {
      last = toViewNode(node, last);
      this.#gatherOne(last);
    }
  }

  /** Puts what was gathered into its places. */
  settle(): void {
    for (const place of inOrder(this.#gathered, this.#ordinals))
      if (place.node !== undefined) this.#settleOne(place, place.node);
    this.#gathered = [];
    this.#ordinals = [];
  }

  place(id: string): Place | undefined {
    return this.#places.get(id);
  }

  node(id: string): ViewNode | undefined {
    return this.#places.get(id)?.node;
  }

  *nodes(): Generator<ViewNode> {
    for (const { node } of this.#places.values()) if (node !== undefined) yield node;
  }

  /** The ids of what a node is in, the innermost first, the root left out. */
  above(id: string): readonly string[] {
    const found: string[] = [];
    for (let at = this.#places.get(id)?.above; at !== undefined && at !== this.#root; at = at.above) found.push(at.id);
    return found;
  }

  /** What a node comes after. */
  predecessorsOf(node: ViewNode): readonly string[] {
    if (!node.hooked || node.after.length > 0) return node.after;
    // The workflow's exit handler hangs on no node, but follows the entrypoint's.
    const entry = this.#root.children[0];
    return entry === undefined || entry.node === node ? [] : [entry.id];
  }

  #gatherOne(node: ViewNode): void {
    const place = this.#placeOf(node.id);
    if (place.node === undefined) this.#nodeCount++;
    place.become(node);
    this.#gathered.push(place);
    this.#ordinals.push(node.ordinal);
  }

  #settleOne(place: TreePlace, node: ViewNode): void {
    const above = this.#placeAbove(node);
    if (place.above === above) return;
    this.#takeOut(place);
    place.enter(above);
  }

  #remove(id: string): void {
    const place = this.#places.get(id);
    if (place?.node === undefined) return;
    this.#nodeCount--;
    this.#takeOut(place);
    place.become(undefined);
    // What is in it goes by itself.
    if (place.children.length === 0) this.#places.delete(id);
  }

  /** A place that neither holds anything nor is a node's is none: an empty loop, or what is left of a node that went before its children. */
  #takeOut(place: TreePlace): void {
    const { above } = place;
    if (above === undefined) return;
    place.leave();
    if (above.node !== undefined || above.children.length > 0 || above === this.#root) return;
    this.#places.delete(above.id);
    this.#takeOut(above);
  }

  #placeAbove(node: ViewNode): TreePlace {
    const { owner, slot, index } = node;
    const parent = node.parent === undefined ? undefined : this.#places.get(node.parent);
    // A hook stands beside what it is hooked to.
    if (node.hooked) return parent?.above ?? this.#placeOf(owner);
    if (node.type === "Container") return this.#placeOf(owner ?? node.parent);
    const type = parent?.node?.type;
    if (parent === undefined || type === undefined || !containers.has(type)) return this.#placeOf(owner);
    return type === "StepGroup" && slot !== undefined && index !== undefined ? this.#loopIn(parent, slot) : parent;
  }

  /** Made when its node has not come yet. */
  #placeOf(id: string = rootId): TreePlace {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const made = new TreePlace(id);
    this.#places.set(id, made);
    return made;
  }

  /** A loop stands in its group like a node. */
  #loopIn(group: TreePlace, slot: string): TreePlace {
    // Items come one after the other: no name has to be made to find their loop.
    const last = group.children.at(-1);
    if (last?.slot === slot) return last;
    const id = `${group.id}/${slot}`;
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const made = new TreePlace(id, slot);
    this.#places.set(id, made);
    made.enter(group);
    return made;
  }
}

const containers: ReadonlySet<NodeType> = new Set<NodeType>(["StepGroup", "TaskGroup", "Retry", "Steps", "DAG", "Pod"]);

/**
 * In order of creation. Ordinals are nearly dense, so each is put where it belongs; only what finds that taken, since it came twice, or lies
 * beyond, as a change of a few nodes does, has to be compared.
 */
function inOrder<T>(items: readonly T[], ordinals: readonly number[]): readonly T[] {
  const indexAt = new Int32Array(items.length).fill(-1);
  const others: number[] = [];
  for (let index = 0; index < items.length; index++) {
    const ordinal = ordinals[index] ?? 0;
    if (indexAt[ordinal] === -1) indexAt[ordinal] = index;
    else others.push(index);
  }
  const order = [...indexAt.filter((index) => index >= 0), ...others];
  if (others.length > 0) order.sort((left, right) => (ordinals[left] ?? 0) - (ordinals[right] ?? 0));
  return order.map((index) => items[index] as T);
}
