import type { NodePhase, NodeStatus } from "@capstan/core";
import { spanOf } from "./duration.ts";
import { buildTree } from "./node-tree.ts";
import { iconOf, type Palette } from "./phase-style.ts";
import { cut, pad, widthOf } from "./text-width.ts";
import { details, type TreeRow, treeRows } from "./tree-rows.ts";

export interface TreeOptions {
  readonly nowMs: number;
  /** Columns of the terminal. */
  readonly width: number;
  /** Lines that there is room for; what is less telling is folded until it fits. */
  readonly linesMax: number;
  readonly palette: Palette;
}

/** The nodes as a tree of lines: icon, name, how long, message. */
export function renderTree(nodes: readonly NodeStatus[], options: TreeOptions): readonly string[] {
  const roots = buildTree(nodes);
  for (const [index, detail] of details.entries()) {
    const rows = treeRows(roots, detail);
    if (rows.length <= options.linesMax) return formatRows(rows, options);
    if (index === details.length - 1) {
      const room = Math.max(1, options.linesMax - 1);
      const more = options.palette.dim(`… ${rows.length - room} more lines`);
      return [...formatRows(rows.slice(0, room), options), more];
    }
  }
  return [];
}

const namesWidthMax = 60;
const spanWidth = 8;

function formatRows(rows: readonly TreeRow[], options: TreeOptions): readonly string[] {
  const widest = rows.reduce((most, row) => Math.max(most, widthOf(headOf(row))), 0);
  const namesWidth = Math.min(widest, namesWidthMax, Math.max(20, options.width - spanWidth - 2));
  return rows.map((row) => formatRow(row, namesWidth, options));
}

function headOf(row: TreeRow): string {
  if (row.node === undefined) return `${row.branches}  …`;
  return `${row.branches}${iconOf(row.node.phase, row.node.type)} ${row.node.displayName}`;
}

function formatRow(row: TreeRow, namesWidth: number, { palette, nowMs, width }: TreeOptions): string {
  const counts = row.counts === undefined ? "" : countsText(row.counts, palette);
  if (row.node === undefined) return ` ${palette.dim(row.branches)}${counts}`;
  const { node } = row;
  const nameRoom = Math.max(4, namesWidth - widthOf(row.branches) - 2);
  const name = pad(cut(node.displayName, nameRoom), nameRoom);
  const span = pad(spanOf(node.startedAtMs, node.finishedAtMs, nowMs), spanWidth);
  const icon = palette.phase(node.phase, iconOf(node.phase, node.type));
  const used = 1 + namesWidth + 1 + spanWidth + 1;
  const message = node.message === undefined ? "" : cut(oneLine(node.message), Math.max(0, width - used - 1));
  const said = message === "" ? "" : messagePaint(node.phase, palette)(message);
  const tail = [counts, said].filter((text) => text !== "").join("  ");
  const branches = row.branches === "" ? "" : palette.dim(row.branches);
  return ` ${branches}${icon} ${name} ${palette.dim(span)} ${tail}`.trimEnd();
}

function messagePaint(phase: NodePhase, palette: Palette): (text: string) => string {
  return phase === "Failed" || phase === "Error" ? palette.red : palette.dim;
}

const phaseOrder: readonly NodePhase[] = ["Failed", "Error", "Running", "Pending", "Succeeded", "Skipped", "Omitted"];

/** "✖ 1  ● 4  ◷ 13  ✔ 82". */
export function countsText(counts: ReadonlyMap<NodePhase, number>, palette: Palette): string {
  return phaseOrder
    .filter((phase) => (counts.get(phase) ?? 0) > 0)
    .map((phase) => palette.phase(phase, `${iconOf(phase)} ${counts.get(phase)}`))
    .join("  ");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
