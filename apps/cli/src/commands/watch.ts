import type { Command } from "commander";
import { exitCodes } from "../cli-error.ts";
import type { WorkflowApi } from "../client/workflow-api.ts";
import { WorkflowView } from "../render/workflow-view.ts";
import { followWorkflow } from "../workflow-watch.ts";
import { type CommandContext, workflowApiOf } from "./command-context.ts";
import { untilInterrupted } from "./until-interrupted.ts";
import { WatchSession } from "./watch-session.ts";

/** `capstan watch` and `capstan wait`: to the end of some workflows, seen or unseen. */
export function registerWatch(program: Command, context: CommandContext): void {
  const watch = program
    .command("watch <workflow...>")
    .description("show how workflows go until they end; Ctrl-C leaves them running")
    .option("--log", "print the logs of all pods")
    .action((names: readonly string[], flags: { readonly log?: boolean }) =>
      watchToEnd(context, workflowApiOf(watch), names, flags.log === true),
    );
  const wait = program
    .command("wait <workflow...>")
    .description("wait until workflows end; fails if one of them does")
    .action((names: readonly string[]) => waitForEnd(context, workflowApiOf(wait), names));
}

/** Shows the trees and then the outputs; the exit code is the workflows' result. */
export async function watchToEnd(
  context: CommandContext,
  api: WorkflowApi,
  names: readonly string[],
  log: boolean,
): Promise<void> {
  const session = new WatchSession(api, names, context.terminal, { progress: "out", log });
  const { interrupted } = await untilInterrupted(context, (signal) => session.run(signal));
  if (interrupted) return;
  await session.explainFailures();
  session.printOutputs();
  if (!session.allSucceeded) context.exitWith(exitCodes.failed);
}

/** One line a workflow when it has ended. */
export async function waitForEnd(context: CommandContext, api: WorkflowApi, names: readonly string[]): Promise<void> {
  const { terminal } = context;
  await untilInterrupted(context, async (signal) => {
    const ends = names.map(async (name) => {
      const view = new WorkflowView();
      await followWorkflow(api, name, view, signal, () => {});
      if (signal.aborted) return;
      const phase = view.deleted ? "deleted" : (view.header?.phase ?? "");
      terminal.print(`${view.name || name} ${phase}`);
      if (phase !== "Succeeded") context.exitWith(exitCodes.failed);
    });
    await Promise.all(ends);
  });
}
