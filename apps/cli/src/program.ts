import { Command, CommanderError } from "commander";
import { exitCodes } from "./cli-error.ts";
import { registerAgents } from "./commands/agents.ts";
import type { CommandContext } from "./commands/command-context.ts";
import { registerCompletion } from "./commands/completion.ts";
import { registerControls } from "./commands/controls.ts";
import { registerDelete } from "./commands/delete.ts";
import { registerDev } from "./commands/dev.ts";
import { registerGet } from "./commands/get.ts";
import { registerLint } from "./commands/lint.ts";
import { registerList } from "./commands/list.ts";
import { registerLogs } from "./commands/logs.ts";
import { registerNode } from "./commands/node.ts";
import { registerRun } from "./commands/run.ts";
import { registerSubmit } from "./commands/submit.ts";
import { registerTemplate } from "./commands/template.ts";
import { ownVersion, registerVersion } from "./commands/version.ts";
import { registerWatch } from "./commands/watch.ts";
import { reportError } from "./report-error.ts";
import type { Terminal } from "./terminal.ts";

/** Runs one command line; answers the exit code. Never throws. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = createProgram({
    terminal,
    exitWith: (code) => {
      exitCode = code;
    },
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, terminal);
    // Commander has told the user by itself: help and version end well, what it could not parse is bad input.
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.badInput;
  }
}

function createProgram(context: CommandContext): Command {
  const program = new Command("capstan")
    .description("Runs Argo Workflows manifests, unchanged, on a queue.")
    .version(ownVersion(), "-V, --version")
    .option("-n, --namespace <name>", 'the namespace (default "default")')
    .option("-s, --server <url>", "the server (default $CAPSTAN_SERVER, $ARGO_SERVER, http://127.0.0.1:2746)")
    .enablePositionalOptions(false)
    .showHelpAfterError("(capstan help shows what there is)")
    .showSuggestionAfterError(true)
    .exitOverride();
  const registrations = [
    ...[registerRun, registerDev, registerSubmit, registerList, registerGet, registerLogs, registerWatch],
    ...[
      registerControls,
      registerDelete,
      registerNode,
      registerLint,
      registerTemplate,
      registerAgents,
      registerVersion,
      registerCompletion,
    ],
  ];
  for (const register of registrations) register(program, context);
  inheritSettings(program);
  return program;
}

/** Sub-commands were made before the program's settings reach them: give them the same, all the way down. */
function inheritSettings(command: Command): void {
  for (const below of command.commands) {
    below.copyInheritedSettings(command);
    inheritSettings(below);
  }
}
