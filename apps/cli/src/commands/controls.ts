import type { JsonObject, Workflow } from "@capstan/core";
import type { Command } from "commander";
import { badInput, exitCodes } from "../cli-error.ts";
import type { WorkflowApi } from "../client/workflow-api.ts";
import { type CommandContext, repeated, workflowApiOf } from "./command-context.ts";
import { addSelectionOptions, listSelected, type SelectionFlags } from "./selection.ts";
import { waitForEnd, watchToEnd } from "./watch.ts";

interface ControlFlags extends SelectionFlags {
  readonly nodeFieldSelector?: string;
  readonly message?: string;
  readonly restartSuccessful?: boolean;
  readonly parameter?: readonly string[];
  readonly watch?: boolean;
  readonly wait?: boolean;
  readonly log?: boolean;
}

/** `capstan stop`, `terminate`, `suspend`, `resume`, `retry`, `resubmit`: what is asked of workflows that exist. */
export function registerControls(program: Command, context: CommandContext): void {
  const define = (verb: string, description: string, done: string) => {
    const command = program.command(`${verb} [workflow...]`).description(description);
    addSelectionOptions(command);
    command.action((names: readonly string[], flags: ControlFlags) =>
      control(context, command, verb, done, names, flags),
    );
    return command;
  };
  define("suspend", "start no new steps; those that run go on", "suspended");
  define("resume", "go on after a suspension", "resumed").option(
    "--node-field-selector <selector>",
    "only suspended nodes that match",
  );
  define("stop", "end the running steps; exit handlers still run", "is stopping")
    .option("--node-field-selector <selector>", "only suspended nodes that match")
    .option("--message <text>", "why");
  define("terminate", "end at once, without exit handlers", "is terminated");
  const retry = define("retry", "run a failed workflow again from where it failed", "retried")
    .option("--restart-successful", "also nodes that succeeded, with --node-field-selector")
    .option("--node-field-selector <selector>", "nodes to run again");
  const resubmit = define("resubmit", "submit the same workflow again", "resubmitted");
  for (const command of [retry, resubmit]) {
    command
      .option("-p, --parameter <name=value>", "another value of a parameter; may be repeated", repeated)
      .option("-w, --watch", "show how it goes until it ends")
      .option("--wait", "wait until it ends")
      .option("--log", "print the logs of all pods");
  }
}

async function control(
  context: CommandContext,
  command: Command,
  verb: string,
  done: string,
  names: readonly string[],
  flags: ControlFlags,
): Promise<void> {
  const api = workflowApiOf(command);
  const chosen = names.length > 0 ? names : await namesOfSelection(api, flags, verb);
  const results: Workflow[] = [];
  for (const name of chosen) {
    const workflow = await api.control(name, verb, bodyOf(flags));
    const newName = workflow.metadata.name ?? name;
    results.push(workflow);
    context.terminal.print(
      verb === "resubmit" ? `workflow ${newName} submitted (again ${name})` : `workflow ${newName} ${done}`,
    );
  }
  const resulting = results.map((workflow) => workflow.metadata.name ?? "");
  if (flags.watch === true || flags.log === true) await watchToEnd(context, api, resulting, flags.log === true);
  else if (flags.wait === true) await waitForEnd(context, api, resulting);
  if (chosen.length === 0) context.exitWith(exitCodes.ok);
}

/** Without names a selection must say which: never all by accident. */
async function namesOfSelection(api: WorkflowApi, flags: SelectionFlags, verb: string): Promise<readonly string[]> {
  const { limit: _, allNamespaces, ...selecting } = flags;
  const keys = [
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
  if (!keys.some((key) => key in selecting)) {
    throw badInput(`which workflow? Name it (capstan ${verb} NAME), or select some with -l or --prefix`);
  }
  if (allNamespaces === true) throw badInput(`${verb} works in one namespace at a time: choose it with -n`);
  return (await listSelected(api, flags)).map((workflow) => workflow.metadata.name ?? "");
}

function bodyOf(flags: ControlFlags): JsonObject {
  return {
    ...(flags.nodeFieldSelector !== undefined && { nodeFieldSelector: flags.nodeFieldSelector }),
    ...(flags.message !== undefined && { message: flags.message }),
    ...(flags.restartSuccessful === true && { restartSuccessful: true }),
    ...(flags.parameter !== undefined && { parameters: flags.parameter }),
  };
}
