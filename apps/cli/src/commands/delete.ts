import type { Command } from "commander";
import { badInput } from "../cli-error.ts";
import { WorkflowApi } from "../client/workflow-api.ts";
import { type CommandContext, clientOf, workflowApiOf } from "./command-context.ts";
import { addSelectionOptions, listSelected, type SelectionFlags } from "./selection.ts";

interface DeleteFlags extends SelectionFlags {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** `capstan delete`: workflows by name or selection; what runs is ended. */
export function registerDelete(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command("delete [workflow...]")
    .description("delete workflows; what still runs is ended")
    .option("--all", "all of the namespace")
    .option("--dry-run", "only say which");
  addSelectionOptions(command).action(async (names: readonly string[], flags: DeleteFlags) => {
    for (const { api, name } of await chosen(command, names, flags)) {
      if (flags.dryRun !== true) await api.delete(name);
      terminal.print(`workflow ${name} ${flags.dryRun === true ? "would be deleted" : "deleted"}`);
    }
  });
}

async function chosen(
  command: Command,
  names: readonly string[],
  flags: DeleteFlags,
): Promise<readonly { readonly api: WorkflowApi; readonly name: string }[]> {
  const api = workflowApiOf(command);
  if (names.length > 0) return names.map((name) => ({ api, name }));
  const selects = [
    "selector",
    "fieldSelector",
    "status",
    "running",
    "completed",
    "prefix",
    "older",
    "since",
    "resubmitted",
  ];
  if (flags.all !== true && !selects.some((flag) => flag in flags)) {
    throw badInput("which workflows? Name them, select some (--completed, -l, --prefix, --older), or say --all");
  }
  const client = clientOf(command);
  return (await listSelected(api, flags)).map((workflow) => ({
    api: new WorkflowApi(client, workflow.metadata.namespace ?? api.namespace),
    name: workflow.metadata.name ?? "",
  }));
}
