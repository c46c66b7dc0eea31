import type { components } from "@capstan/client";

export type Vertex = components["schemas"]["Vertex"];
export type GraphHead = components["schemas"]["GraphHead"];
export type GraphEvent = components["schemas"]["GraphEvent"];

/** What is drawn of a workflow: vertices in order, by id and by what they are drawn in ("" for the outermost). */
export interface Graph {
  readonly head: GraphHead;
  readonly byId: ReadonlyMap<string, Vertex>;
  readonly children: ReadonlyMap<string, readonly Vertex[]>;
  /** Another object when vertices come, go, open or close; the same when only their state changes. */
  readonly shape: object;
}

/** The graph after an event; undefined when the workflow is gone. Takes time in proportion to what is drawn. */
export function withEvent(before: Graph | undefined, event: GraphEvent): Graph | undefined {
  if (event.type === "deleted") return undefined;
  if (event.type === "head") return before && { ...before, head: event.head };
  if (event.type === "snapshot") {
    const isReshaped =
      before?.byId.size !== event.vertices.length ||
      event.vertices.some((vertex) => isOtherShape(before.byId.get(vertex.id), vertex));
    return graphOf(event.head, event.vertices, isReshaped ? {} : before.shape);
  }
  if (before === undefined) return undefined;
  const byId = new Map(before.byId);
  for (const id of event.removed) byId.delete(id);
  for (const vertex of event.vertices) byId.set(vertex.id, vertex);
  const isReshaped =
    event.removed.length > 0 || event.vertices.some((vertex) => isOtherShape(before.byId.get(vertex.id), vertex));
  return graphOf(event.head ?? before.head, [...byId.values()], isReshaped ? {} : before.shape);
}

function isOtherShape(before: Vertex | undefined, after: Vertex): boolean {
  return (
    before === undefined ||
    before.container !== after.container ||
    before.expanded !== after.expanded ||
    before.after.length !== after.after.length ||
    (before.strip === undefined) !== (after.strip === undefined)
  );
}

function graphOf(head: GraphHead, vertices: readonly Vertex[], shape: object): Graph {
  const children = new Map<string, Vertex[]>();
  for (const vertex of vertices) {
    const siblings = children.get(vertex.container ?? "");
    if (siblings === undefined) children.set(vertex.container ?? "", [vertex]);
    else siblings.push(vertex);
  }
  return { head, byId: new Map(vertices.map((vertex) => [vertex.id, vertex])), children, shape };
}
