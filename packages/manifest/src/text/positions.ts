import { isAlias, isMap, isPair, isScalar, isSeq, type Node } from "yaml";
import type { Path } from "./path.ts";

/** A place in a text; both count from one, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets of one text into lines and columns. */
export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  positionOf(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

/** The offset of the value at a path, or of the deepest part of the path that the text has. */
export function offsetOf(root: Node | null, path: Path): number | undefined {
  let node: unknown = root;
  let offset = startOf(node);
  for (const segment of path) {
    const child = childOf(node, segment);
    if (child === undefined) break;
    offset = child.offset ?? offset;
    node = child.node;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  if (isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)) return node.range?.[0];
  return undefined;
}

interface Child {
  readonly node: unknown;
  readonly offset: number | undefined;
}

function childOf(node: unknown, segment: string | number): Child | undefined {
  if (typeof segment === "number") {
    if (!isSeq(node)) return undefined;
    const item: unknown = node.items[segment];
    return item === undefined ? undefined : { node: item, offset: startOf(item) };
  }
  if (!isMap(node)) return undefined;
  for (const item of node.items) {
    if (!isPair(item) || !isScalar(item.key) || String(item.key.source ?? item.key.value) !== segment) continue;
    // The key says where a scalar or a block is: its value may begin a line further down.
    return { node: item.value, offset: startOf(item.key) };
  }
  return undefined;
}
