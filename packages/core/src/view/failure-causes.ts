import { isFailedOrError } from "../graph/phases.ts";
import { describeNode, type FoundNode } from "./find-nodes.ts";
import type { Place } from "./place.ts";
import type { WorkflowView } from "./workflow-view.ts";

/** What failed by itself, not for something in it. */
export interface FailureCause extends FoundNode {
  /** How many times the step was tried, where it was tried again; the last attempt stands for all. */
  readonly attempts?: number;
}

interface Found {
  readonly place: Place;
  readonly attempts: number | undefined;
}

/** The innermost failed nodes of what failed, the earliest first: attempts that another one made good are none. Costs what has failed. */
export function failureCauses(
  view: WorkflowView,
  limit: number,
): { readonly items: readonly FailureCause[]; readonly total: number } {
  const found: Found[] = [];
  const open: Found[] = [{ place: view.root, attempts: undefined }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inside = insideOf(next.place);
    if (inside.length > 0) open.push(...inside);
    else if (next.place.node !== undefined) found.push(next);
  }
  found.sort((left, right) => left.place.endMs - right.place.endMs || ordinalOf(left) - ordinalOf(right));
  const items = found.slice(0, limit).flatMap(({ place: { node }, attempts }) => {
    if (node === undefined) return [];
    return { ...describeNode(view, node), ...(attempts !== undefined && attempts > 1 && { attempts }) };
  });
  return { items, total: found.length };
}

/** What failed in a place: of a retry its last attempt alone. */
function insideOf({ node, children }: Place): readonly Found[] {
  if (node?.type === "Retry") {
    const last = children.at(-1);
    return last !== undefined && hasFailed(last) ? [{ place: last, attempts: children.length }] : [];
  }
  return children.filter(hasFailed).map((place) => ({ place, attempts: undefined }));
}

/** A loop in a step group has no node: what is in it tells. */
function hasFailed({ node, counts }: Place): boolean {
  if (node !== undefined) return isFailedOrError(node.phase);
  return (counts.Failed ?? 0) + (counts.Error ?? 0) > 0;
}

function ordinalOf({ place: { node } }: Found): number {
  return node?.ordinal ?? 0;
}
