import { isTerminal } from "../graph/phases.ts";
import type { NodePhase } from "../status.ts";
import type { ViewNode } from "./view-node.ts";
import type { WorkflowView } from "./workflow-view.ts";

/** Something that happened to a node. */
export interface Happening {
  readonly atMs: number;
  readonly nodeId: string;
  readonly name: string;
  readonly what: "created" | "started" | "ended";
  readonly phase: NodePhase;
  readonly message?: string;
  /** Its place: greater is later, also among those of one millisecond. */
  readonly place: string;
}

/** What happened before a place (or until now), the latest first, at most `limit`. */
export function happenings(view: WorkflowView, before: string | undefined, limit: number): readonly Happening[] {
  const latest: {
    readonly place: string;
    readonly node: ViewNode;
    readonly what: Happening["what"];
    readonly atMs: number;
  }[] = [];
  const consider = (node: ViewNode, what: Happening["what"], atMs: number | undefined) => {
    if (atMs === undefined) return;
    const place = placeOf(atMs, node.ordinal, what);
    if (before !== undefined && place >= before) return;
    latest.push({ place, node, what, atMs });
    // Sorted only now and then: many are looked at for a few that are wanted.
    if (latest.length >= limit * 8) keepLatest(latest, limit);
  };
  for (const node of view.nodes()) {
    if (node.type === "StepGroup") continue;
    consider(node, "created", node.startedAtMs);
    if (node.type === "Pod") consider(node, "started", node.runStartedAtMs);
    if (isTerminal(node.phase)) consider(node, "ended", node.finishedAtMs ?? node.startedAtMs);
  }
  keepLatest(latest, limit);
  return latest.map(({ place, node, what, atMs }) => ({
    ...{ atMs, nodeId: node.id, name: node.name, what, phase: node.phase, place },
    ...(node.message !== undefined && node.message !== "" && { message: node.message }),
  }));
}

const ranks = { created: 0, started: 1, ended: 2 } as const;

function placeOf(atMs: number, ordinal: number, what: Happening["what"]): string {
  return `${String(Math.floor(atMs)).padStart(15, "0")}.${String(ordinal).padStart(9, "0")}.${ranks[what]}`;
}

function keepLatest(list: { readonly place: string }[], limit: number): void {
  list.sort((left, right) => (left.place < right.place ? 1 : -1));
  list.splice(limit);
}
