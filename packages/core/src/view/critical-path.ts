import type { Place } from "./place.ts";
import type { WorkflowView } from "./workflow-view.ts";

/**
 * The chain of nodes that the workflow's end waited for (or waits for): in each container what ended last, what that came after, and so
 * on to the front. Holds containers and leaves.
 */
export function criticalPath(view: WorkflowView): ReadonlySet<string> {
  const path = new Set<string>();
  const open: Place[] = [view.root];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    for (let child = place.last; child !== undefined; ) {
      if (path.has(child.id)) break;
      path.add(child.id);
      open.push(child);
      child = lastToEnd(predecessorsOf(view, child));
    }
  }
  return path;
}

/** What a node came after: by its links, or, in a step group, nothing; a retry's attempts come one after the other. */
function predecessorsOf(view: WorkflowView, place: Place): readonly Place[] {
  const { node, above } = place;
  if (node === undefined) return [];
  const linked = view.predecessorsOf(node);
  if (linked.length > 0) return linked.map((id) => view.place(id)).filter((one) => one !== undefined);
  if (above?.node?.type !== "Retry") return [];
  return above.children.slice(0, Math.max(0, above.children.indexOf(place))).slice(-1);
}

function lastToEnd(places: readonly Place[]): Place | undefined {
  let last: Place | undefined;
  let lastMs = -1;
  for (const place of places) {
    if (place.endMs <= lastMs) continue;
    last = place;
    lastMs = place.endMs;
  }
  return last;
}
