import type { Graph, Vertex } from "./vertices.ts";

/** Where a vertex is drawn; lengths in CSS pixels at scale 1. */
export interface Box {
  readonly vertexId: string;
  x: number;
  y: number;
  readonly width: number;
  readonly height: number;
  /** It is drawn around others. */
  readonly isFrame: boolean;
  /** A frame that is not seen: it only holds its vertices together. */
  readonly isBare: boolean;
}

export interface Layout {
  readonly boxes: ReadonlyMap<string, Box>;
  /** From the right side of one box to the left side of another. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly isHook: boolean }[];
  readonly width: number;
  readonly height: number;
}

export const sizes = {
  node: { width: 196, height: 40 },
  group: { width: 220, height: 60 },
  columnGap: 56,
  rowGap: 12,
  framePadding: 12,
  frameTitle: 28,
  /** Vertices without order among them are stacked up to this number, and put into a grid beyond. */
  stackMax: 6,
} as const;

/**
 * Places everything: what comes after something else to the right of it, what runs beside it below; containers are laid out by themselves and
 * drawn around what is in them. Takes time in proportion to vertices and edges, so thousands are placed at once.
 */
export function layOut(graph: Graph): Layout {
  const boxes = new Map<string, Box>();
  const edges: { from: string; to: string; isHook: boolean }[] = [];
  const { width, height } = layOutChildren(graph, "", boxes, edges);
  return { boxes, edges, width, height };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

type Edges = { from: string; to: string; isHook: boolean }[];

/** Places the children of a container as if its corner were the origin; deeper boxes are moved along. */
function layOutChildren(graph: Graph, containerId: string, boxes: Map<string, Box>, edges: Edges): Size {
  const children = graph.children.get(containerId) ?? [];
  for (const child of children) {
    boxes.set(child.id, boxOf(graph, child, boxes, edges));
    for (const from of child.after) edges.push({ from, to: child.id, isHook: child.hooked === true });
  }
  const columns = inColumns(graph, containerId, children);
  if (columns.length === 1 && children.length > sizes.stackMax) return placeInGrid(graph, children, boxes);
  return placeInColumns(graph, columns, boxes);
}

function boxOf(graph: Graph, vertex: Vertex, boxes: Map<string, Box>, edges: Edges): Box {
  const inner = vertex.expanded === true ? (graph.children.get(vertex.id) ?? []) : [];
  if (inner.length === 0) {
    const isGroup = vertex.strip !== undefined && vertex.kind !== "More";
    const { width, height } = isGroup ? sizes.group : sizes.node;
    return { vertexId: vertex.id, x: 0, y: 0, width, height, isFrame: false, isBare: false };
  }
  const size = layOutChildren(graph, vertex.id, boxes, edges);
  const isBare = vertex.kind === "StepGroup" || (vertex.container === undefined && vertex.hooked !== true);
  const [left, top] = isBare ? [0, 0] : [sizes.framePadding, sizes.frameTitle + sizes.framePadding / 2];
  for (const child of inner) move(graph, child.id, boxes, left, top);
  return {
    vertexId: vertex.id,
    ...{ x: 0, y: 0, width: size.width + 2 * left, height: size.height + top + (isBare ? 0 : sizes.framePadding) },
    ...{ isFrame: true, isBare },
  };
}

/** Moves a box and all that is in it. */
function move(graph: Graph, id: string, boxes: Map<string, Box>, byX: number, byY: number): void {
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const box = boxes.get(at);
    if (box === undefined) continue;
    box.x += byX;
    box.y += byY;
    if (box.isFrame) for (const child of graph.children.get(at) ?? []) open.push(child.id);
  }
}

/** Each vertex one column further right than the last that it comes after. */
function inColumns(graph: Graph, containerId: string, children: readonly Vertex[]): readonly (readonly Vertex[])[] {
  const isChain = graph.byId.get(containerId)?.kind === "Retry";
  if (isChain) return children.map((child) => [child]);
  const columnOf = new Map<string, number>();
  const ids = new Set(children.map(({ id }) => id));
  const columns: Vertex[][] = [];
  // What comes after something was created after it, so one pass does; a loop in the links cannot hold it up.
  for (const child of children) {
    let column = 0;
    for (const id of child.after) if (ids.has(id)) column = Math.max(column, (columnOf.get(id) ?? -1) + 1);
    columnOf.set(child.id, column);
    for (let index = columns.length; index <= column; index++) columns.push([]);
    columns[column]?.push(child);
  }
  return columns.map((column, index) => (index === 0 ? column : besideThoseBefore(column, columns[index - 1] ?? [])));
}

/** In the order of what they come after, so that fewer edges cross. */
function besideThoseBefore(column: readonly Vertex[], before: readonly Vertex[]): readonly Vertex[] {
  if (column.length < 2) return column;
  const rows = new Map(before.map(({ id }, row) => [id, row]));
  const centre = (vertex: Vertex) => {
    const known = vertex.after.map((id) => rows.get(id)).filter((row) => row !== undefined);
    return known.length === 0 ? Number.MAX_SAFE_INTEGER : known.reduce((sum, row) => sum + row, 0) / known.length;
  };
  return column
    .map((vertex) => ({ vertex, at: centre(vertex) }))
    .sort((left, right) => left.at - right.at)
    .map(({ vertex }) => vertex);
}

function placeInColumns(graph: Graph, columns: readonly (readonly Vertex[])[], boxes: Map<string, Box>): Size {
  const heights = columns.map((column) => stackHeight(column, boxes));
  const height = Math.max(0, ...heights);
  let x = 0;
  for (const [index, column] of columns.entries()) {
    const width = Math.max(0, ...column.map(({ id }) => boxes.get(id)?.width ?? 0));
    let y = (height - (heights[index] ?? 0)) / 2;
    for (const { id } of column) {
      const box = boxes.get(id);
      if (box === undefined) continue;
      move(graph, id, boxes, x, y);
      y += box.height + sizes.rowGap;
    }
    x += width + sizes.columnGap;
  }
  return { width: Math.max(0, x - sizes.columnGap), height };
}

function stackHeight(column: readonly Vertex[], boxes: Map<string, Box>): number {
  const sum = column.reduce((total, { id }) => total + (boxes.get(id)?.height ?? 0) + sizes.rowGap, 0);
  return Math.max(0, sum - sizes.rowGap);
}

/** Many of a kind, about as wide as high on a screen. */
function placeInGrid(graph: Graph, children: readonly Vertex[], boxes: Map<string, Box>): Size {
  const all = children.flatMap(({ id }) => boxes.get(id) ?? []);
  const cellWidth = Math.max(...all.map((box) => box.width)) + sizes.rowGap;
  const cellHeight = Math.max(...all.map((box) => box.height)) + sizes.rowGap;
  const perRow = Math.max(1, Math.round(Math.sqrt((children.length * cellHeight * 1.6) / cellWidth)));
  for (const [index, { id }] of children.entries()) {
    move(graph, id, boxes, (index % perRow) * cellWidth, Math.floor(index / perRow) * cellHeight);
  }
  const rows = Math.ceil(children.length / perRow);
  return { width: perRow * cellWidth - sizes.rowGap, height: rows * cellHeight - sizes.rowGap };
}
