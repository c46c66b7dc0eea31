import type { Workflow } from "@capstan/core";
import type { Command } from "commander";
import { formatAge, spanOf } from "../render/duration.ts";
import { labelsText } from "../render/labels.ts";
import { headerOfWorkflow, timeOf } from "../render/nodes-of-workflow.ts";
import { iconOf } from "../render/phase-style.ts";
import { renderTable } from "../render/table.ts";
import type { Terminal } from "../terminal.ts";
import { type CommandContext, workflowApiOf } from "./command-context.ts";
import { type OutputFormat, outputOption, printObjects } from "./print-result.ts";
import { addSelectionOptions, listSelected, type SelectionFlags } from "./selection.ts";

interface ListFlags extends SelectionFlags {
  readonly output?: OutputFormat;
  readonly noHeaders?: boolean;
}

/** `capstan list`: workflows, the newest first. */
export function registerList(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command("list")
    .alias("ls")
    .description("list workflows, the newest first")
    .addOption(outputOption())
    .option("--no-headers", "without the first line");
  addSelectionOptions(command).action(async (flags: ListFlags & { readonly headers: boolean }) => {
    const workflows = await listSelected(workflowApiOf(command), flags);
    if (flags.output === undefined || flags.output === "wide") {
      printTable(terminal, workflows, flags.output === "wide", flags.allNamespaces === true, flags.headers);
    } else printObjects(terminal, workflows, flags.output);
  });
}

function printTable(
  terminal: Terminal,
  workflows: readonly Workflow[],
  wide: boolean,
  withNamespace: boolean,
  withHead: boolean,
): void {
  if (workflows.length === 0) {
    terminal.inform("no workflows found");
    return;
  }
  const nowMs = Date.now();
  const rows = workflows.map((workflow) => {
    const header = headerOfWorkflow(workflow);
    const { phase } = header;
    const status = header.suspended && header.finishedAtMs === undefined ? "Suspended" : phase || "Pending";
    return [
      ...(withNamespace ? [workflow.metadata.namespace ?? ""] : []),
      workflow.metadata.name ?? "",
      terminal.outPalette.phase(phase, `${iconOf(phase)} ${status}`),
      formatAge(nowMs - (timeOf(workflow.metadata.creationTimestamp) ?? nowMs)),
      spanOf(header.startedAtMs, header.finishedAtMs, nowMs),
      header.progress,
      ...(wide ? [String(workflow.spec.priority ?? 0), labelsText(workflow.metadata.labels)] : []),
      header.cause ?? header.message ?? "",
    ];
  });
  const head = [
    ...(withNamespace ? ["NAMESPACE"] : []),
    ...["NAME", "STATUS", "AGE", "DURATION", "PROGRESS"],
    ...(wide ? ["PRIORITY", "LABELS"] : []),
    "MESSAGE",
  ];
  const lines = renderTable(head, rows);
  terminal.print(withHead ? lines : lines.slice(1));
}
