import { CliError, exitCodes } from "./cli-error.ts";
import { ApiFailure, ServerUnreachable } from "./client/api-failure.ts";
import { sourceOf } from "./manifests/sources.ts";
import { problemSummary, renderProblems } from "./render/problems.ts";
import type { Terminal } from "./terminal.ts";

/** Tells the user what went wrong in one message, and answers the exit code. */
export function reportError(error: unknown, terminal: Terminal): number {
  const { errPalette: palette } = terminal;
  if (process.env["CAPSTAN_DEBUG"] !== undefined && error instanceof Error) terminal.inform(error.stack ?? "");
  const problems = error instanceof CliError || error instanceof ApiFailure ? error.problems : [];
  if (problems.length > 0) {
    const files = new Set(problems.map((problem) => problem.file ?? ""));
    terminal.inform([
      ...renderProblems(problems, sourceOf, palette, terminal.width),
      "",
      `${palette.red(`${messageOf(error)}:`)} ${problemSummary(problems, files.size)}`,
    ]);
  } else terminal.inform(`${palette.red("error:")} ${messageOf(error)}`);
  const hint = hintOf(error);
  if (hint !== undefined) terminal.inform(hint);
  return exitCodeOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function hintOf(error: unknown): string | undefined {
  if (error instanceof CliError) return error.hint;
  if (error instanceof ServerUnreachable) {
    return "Start one with `capstan dev`, or name another with --server or CAPSTAN_SERVER.";
  }
  if (error instanceof ApiFailure) return undefined;
  return process.env["CAPSTAN_DEBUG"] === undefined ? "CAPSTAN_DEBUG=1 shows where this comes from." : undefined;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  return error instanceof ApiFailure && error.status === 400 ? exitCodes.badInput : exitCodes.failed;
}
