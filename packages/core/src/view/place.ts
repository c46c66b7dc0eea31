import { isTerminal } from "../graph/phases.ts";
import type { NodePhase } from "../status.ts";
import { heatStrip } from "./heat-strip.ts";
import type { ViewNode } from "./view-node.ts";

/** How many leaf nodes are in each phase; phases without any are absent. */
export type PhaseCounts = { readonly [P in NodePhase]?: number };

/** Where something stands: a node, the items of a loop in a step group (which have no node of their own), or the workflow itself. */
export interface Place {
  readonly id: string;
  readonly node: ViewNode | undefined;
  /** What it is in; undefined for the workflow itself. */
  readonly above: Place | undefined;
  /** What is in it, in order of creation. */
  readonly children: readonly Place[];
  /** Of the leaves in it. */
  readonly counts: PhaseCounts;
  /** Its node's, or that of what is in it. */
  readonly phase: NodePhase;
  /** When the last of it ended. What has not ended comes after all that has (at `notEndedMs` or later), and the earlier it began, the later. */
  readonly endMs: number;
  /** Which of its children ended last. */
  readonly last: Place | undefined;
  /** The phases of its children, as many letters as fit. */
  readonly strip: string;
}

/** Later than any time that is told. */
export const notEndedMs = Number.MAX_SAFE_INTEGER / 2;

/** Letters of a strip, at most. */
export const stripBuckets = 64;

type ChangingCounts = { [P in NodePhase]?: number };

// Most places are leaves: they share what is empty.
const noChildren: TreePlace[] = [];
const noCounts: ChangingCounts = {};

/**
 * A place that keeps the counts of all above it right, whatever comes, changes, moves and goes. What takes a look at all children is found out
 * once and remembered until one of them changes: drawing costs what has changed.
 */
export class TreePlace implements Place {
  readonly id: string;
  /** Of a loop: the step whose items are in it. */
  readonly slot: string | undefined;
  node: ViewNode | undefined;
  above: TreePlace | undefined;
  children = noChildren;
  counts = noCounts;
  #last: TreePlace | undefined;
  #strip: string | undefined;

  constructor(id: string, slot?: string) {
    this.id = id;
    this.slot = slot;
    this.node = undefined;
    this.above = undefined;
  }

  get phase(): NodePhase {
    return this.node?.phase ?? phaseOfCounts(this.counts);
  }

  get endMs(): number {
    const { node } = this;
    if (node === undefined) return this.last?.endMs ?? 0;
    return node.finishedAtMs ?? Number.MAX_SAFE_INTEGER - (node.startedAtMs ?? 0);
  }

  get last(): TreePlace | undefined {
    if (this.#last !== undefined) return this.#last;
    let lastMs = -1;
    for (const child of this.children) {
      const endMs = child.endMs;
      if (endMs <= lastMs) continue;
      this.#last = child;
      lastMs = endMs;
    }
    return this.#last;
  }

  get strip(): string {
    this.#strip ??= stripOf(this.children);
    return this.#strip;
  }

  /** Its node is, or is no longer, this one. */
  become(node: ViewNode | undefined): void {
    const before = this.#leafPhase();
    this.node = node;
    this.#forgetAbove();
    const now = this.#leafPhase();
    if (before === now) return;
    if (before !== undefined) this.#countAbove(before, -1);
    if (now !== undefined) this.#countAbove(now, 1);
  }

  enter(above: TreePlace): void {
    const phaseAbove = above.children.length === 0 ? above.#leafPhase() : undefined;
    if (above.children === noChildren) [above.children, above.counts] = [[], {}];
    above.children.push(this);
    // What contains others is counted by them.
    if (phaseAbove !== undefined && above.#leafPhase() === undefined) above.#countAbove(phaseAbove, -1);
    this.above = above;
    this.#forgetAbove();
    this.#countAllAbove(1);
  }

  leave(): void {
    const { above } = this;
    if (above === undefined) return;
    this.#countAllAbove(-1);
    this.#forgetAbove();
    this.above = undefined;
    const at = above.children.lastIndexOf(this);
    if (at >= 0) above.children.splice(at, 1);
    const phaseAbove = above.children.length === 0 ? above.#leafPhase() : undefined;
    if (phaseAbove !== undefined && above.node?.type !== "Pod") above.#countAbove(phaseAbove, 1);
  }

  /** The phase that it is counted with; undefined when others are counted for it. A Pod counts once, whatever containers it has. */
  #leafPhase(): NodePhase | undefined {
    const { node } = this;
    if (node === undefined || node.type === "Container") return undefined;
    return node.type === "Pod" || this.children.length === 0 ? node.phase : undefined;
  }

  #countAllAbove(times: 1 | -1): void {
    const phase = this.#leafPhase();
    if (phase !== undefined) this.#countAbove(phase, times);
    else {
      for (const [each, count] of Object.entries(this.counts) as [NodePhase, number][])
        this.#countAbove(each, count * times);
    }
  }

  #forgetAbove(): void {
    for (let at = this.above; at !== undefined; at = at.above) {
      at.#last = undefined;
      at.#strip = undefined;
    }
  }

  #countAbove(phase: NodePhase, by: number): void {
    for (let at = this.above; at !== undefined; at = at.above) {
      const count = (at.counts[phase] ?? 0) + by;
      if (count === 0) delete at.counts[phase];
      else at.counts[phase] = count;
    }
  }
}

export function stripOf(places: readonly Place[]): string {
  return heatStrip(
    places.map(({ phase }) => phase),
    stripBuckets,
  );
}

/** The worst, or else the liveliest, phase of what is counted: what a place without a node of its own is in. */
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
