import type { NodePhase } from "../status.ts";
import type { ViewNode } from "./view-node.ts";
import type { WorkflowView } from "./workflow-view.ts";

export interface FoundNode {
  readonly id: string;
  readonly name: string;
  readonly phase: NodePhase;
  readonly type: ViewNode["type"];
  readonly templateName?: string;
  readonly message?: string;
  /** What must be opened for it to be seen, the outermost first. */
  readonly path: readonly string[];
}

/** Nodes whose name, template, message or host holds the text, whatever its case; failed ones first, then in order of creation. */
export function findNodes(
  view: WorkflowView,
  query: { readonly text: string; readonly phases: readonly NodePhase[]; readonly limit: number },
): { readonly items: readonly FoundNode[]; readonly total: number } {
  const wanted = query.text.trim().toLowerCase();
  const found: ViewNode[] = [];
  let total = 0;
  for (const node of view.nodes()) {
    if (query.phases.length > 0 && !query.phases.includes(node.phase)) continue;
    if (wanted !== "" && !holds(node, wanted)) continue;
    total++;
    if (found.length < candidatesMax || rank(node) === 0) found.push(node);
  }
  found.sort((left, right) => rank(left) - rank(right) || left.ordinal - right.ordinal);
  return { total, items: found.slice(0, query.limit).map((node) => describeNode(view, node)) };
}

const candidatesMax = 10_000;

function holds({ name, templateName, message, hostNodeName }: ViewNode, wanted: string): boolean {
  return [name, templateName, message, hostNodeName].some((text) => text?.toLowerCase().includes(wanted));
}

function rank({ phase }: ViewNode): number {
  return phase === "Failed" || phase === "Error" ? 0 : phase === "Running" ? 1 : 2;
}

/** A node as somebody who looks for it is told of it. */
export function describeNode(view: WorkflowView, node: ViewNode): FoundNode {
  const { id, name, phase, type, templateName, message } = node;
  return {
    ...{ id, name, phase, type },
    ...(templateName !== undefined && { templateName }),
    ...(message !== undefined && message !== "" && { message }),
    path: [...view.above(id)].reverse(),
  };
}
