import type { Graph, Vertex } from "./vertices.ts";

export interface FlatRow {
  readonly vertex: Vertex;
  readonly depth: number;
}

/** The vertices as a list, what contains others before what is in it. Groups of steps are no rows of their own. */
export function flatRows(graph: Graph): readonly FlatRow[] {
  const rows: FlatRow[] = [];
  const add = (containerId: string, depth: number) => {
    for (const vertex of graph.children.get(containerId) ?? []) {
      const isBare = vertex.kind === "StepGroup" && vertex.expanded === true;
      if (!isBare) rows.push({ vertex, depth });
      if (vertex.expanded === true) add(vertex.id, isBare ? depth : depth + 1);
    }
  };
  add("", 0);
  return rows;
}
