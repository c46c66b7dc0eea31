import type { NodeStatus, Outputs } from "@capstan/core";
import type { Palette } from "./phase-style.ts";
import { printable } from "./printable.ts";
import { pad, widthOf } from "./text-width.ts";

const linesPerValueMax = 20;

/** What a workflow leaves: the outputs of its entrypoint and the global ones. Nothing when there are none. */
export function renderOutputs(
  root: NodeStatus | undefined,
  global: Outputs | undefined,
  palette: Palette,
): readonly string[] {
  const values = new Map<string, string>();
  for (const outputs of [root?.outputs, global]) {
    for (const parameter of outputs?.parameters ?? []) values.set(parameter.name, parameter.value ?? "");
    for (const artifact of outputs?.artifacts ?? [])
      values.set(artifact.name, `(artifact) ${artifact.path ?? ""}`.trim());
  }
  const result = root?.outputs?.result;
  if (result !== undefined && values.size === 0) values.set("result", result);
  if (values.size === 0) return [];
  const width = [...values.keys()].reduce((most, name) => Math.max(most, widthOf(name)), 0);
  return [palette.bold("Outputs"), ...[...values].flatMap(([name, value]) => valueLines(name, value, width, palette))];
}

function valueLines(name: string, value: string, width: number, palette: Palette): readonly string[] {
  const lines = printable(value.replace(/\n+$/, "")).split("\n");
  const shown = lines.slice(0, linesPerValueMax);
  const more = lines.length > shown.length ? [palette.dim(`… ${lines.length - shown.length} more lines`)] : [];
  return [...shown, ...more].map((line, index) => `  ${pad(index === 0 ? name : "", width)}  ${line}`);
}
