import Table from "cli-table3";
import { printable } from "./printable.ts";

/** Columns as kubectl prints them: no lines, two spaces between. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const none = "";
  const table = new Table({
    head: [...head],
    chars: {
      ...{ top: none, "top-mid": none, "top-left": none, "top-right": none },
      ...{ bottom: none, "bottom-mid": none, "bottom-left": none, "bottom-right": none },
      ...{ left: none, "left-mid": none, mid: none, "mid-mid": none, right: none, "right-mid": none, middle: "  " },
    },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  for (const row of rows) table.push(row.map((cell) => printable(cell.replace(/\s*\n\s*/g, " "), true)));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}
