import { formatTimestamp, type Workflow } from "@capstan/core";
import { spanOf } from "../render/duration.ts";
import { headerOfWorkflow, nodesOfWorkflow, timeOf } from "../render/nodes-of-workflow.ts";
import { renderOutputs } from "../render/outputs.ts";
import { iconOf } from "../render/phase-style.ts";
import { renderTree } from "../render/tree.ts";
import type { Terminal } from "../terminal.ts";

const linesMax = 2_000;

/** A workflow with its facts and its whole tree. */
export function showWorkflow(terminal: Terminal, workflow: Workflow): void {
  const { outPalette: palette, width } = terminal;
  const header = headerOfWorkflow(workflow);
  const nodes = nodesOfWorkflow(workflow);
  const nowMs = Date.now();
  const phase = header.phase;
  const facts: readonly (readonly [string, string])[] = [
    ["Name", workflow.metadata.name ?? ""],
    ["Namespace", workflow.metadata.namespace ?? ""],
    ["Status", palette.phase(phase, `${iconOf(phase)} ${header.suspended ? "Suspended" : phase || "Pending"}`)],
    ["Message", header.message ?? ""],
    ["Created", timeText(timeOf(workflow.metadata.creationTimestamp))],
    ["Started", timeText(header.startedAtMs)],
    ["Finished", timeText(header.finishedAtMs)],
    ["Duration", spanOf(header.startedAtMs, header.finishedAtMs, nowMs)],
    ["Progress", header.progress],
  ];
  terminal.print(facts.filter(([, value]) => value !== "").map(([name, value]) => `${`${name}:`.padEnd(11)} ${value}`));
  const parameters = workflow.spec.arguments?.parameters ?? [];
  if (parameters.length > 0) {
    terminal.print(["Parameters:", ...parameters.map(({ name, value }) => `  ${name}: ${value ?? ""}`)]);
  }
  if (nodes.length > 0) terminal.print(["", ...renderTree(nodes, { nowMs, width, linesMax, palette })]);
  const root = nodes.find((node) => node.id === workflow.metadata.name);
  const outputs = renderOutputs(root, header.outputs, palette);
  if (outputs.length > 0) terminal.print(["", ...outputs]);
}

function timeText(atMs: number | undefined): string {
  return atMs === undefined ? "" : formatTimestamp(atMs);
}
