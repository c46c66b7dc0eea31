import { describeNode, type FoundNode } from "./find-nodes.ts";
import type { ViewNode } from "./view-node.ts";
import type { WorkflowView } from "./workflow-view.ts";

/** The steps that wait until they are told to go on, in order of creation. */
export function suspendedSteps(
  view: WorkflowView,
  limit: number,
): { readonly items: readonly FoundNode[]; readonly total: number } {
  const waiting: ViewNode[] = [];
  for (const node of view.nodes()) if (node.type === "Suspend" && node.phase === "Running") waiting.push(node);
  waiting.sort((left, right) => left.ordinal - right.ordinal);
  return { total: waiting.length, items: waiting.slice(0, limit).map((node) => describeNode(view, node)) };
}
