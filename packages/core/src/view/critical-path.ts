import { rootId, type ViewNode } from "./view-node.ts";
import type { WorkflowView } from "./workflow-view.ts";

/**
 * The chain of nodes that the workflow's end waited for (or waits for): in each container what ended last, what that came after, and so
 * on to the front. Holds containers and leaves.
 */
export function criticalPath(view: WorkflowView): ReadonlySet<string> {
  const path = new Set<string>();
  const open = [rootId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (let child = lastToEnd(view, view.container(id)?.children ?? []); child !== undefined; ) {
      if (path.has(child)) break;
      path.add(child);
      open.push(child);
      child = lastToEnd(view, predecessorsOf(view, child));
    }
  }
  return path;
}

/** What a node came after: by its links, or, in a step group, nothing; a retry's attempts come one after the other. */
function predecessorsOf(view: WorkflowView, id: string): readonly string[] {
  const node = view.node(id);
  if (node === undefined) return [];
  if (node.after.length > 0) return node.after;
  if (view.node(node.container)?.type !== "Retry") return [];
  const siblings = view.container(node.container)?.children ?? [];
  return siblings.slice(0, Math.max(0, siblings.indexOf(id))).slice(-1);
}

function lastToEnd(view: WorkflowView, ids: readonly string[]): string | undefined {
  let last: { readonly id: string; readonly atMs: number } | undefined;
  for (const id of ids) {
    const atMs = endOf(view, id);
    if (last === undefined || atMs > last.atMs) last = { id, atMs };
  }
  return last?.id;
}

function endOf(view: WorkflowView, id: string): number {
  const node = view.node(id);
  if (node !== undefined) return endOfNode(node);
  const items = view.container(id)?.children ?? [];
  return items.reduce((latest, item) => Math.max(latest, endOf(view, item)), 0);
}

/** What has not ended counts as ending last; of several such, what began first. */
function endOfNode(node: ViewNode): number {
  return node.finishedAtMs ?? Number.MAX_SAFE_INTEGER - (node.startedAtMs ?? 0);
}
