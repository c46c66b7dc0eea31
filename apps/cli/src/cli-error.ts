import type { Problem } from "@capstan/manifest";

/** The exit codes of every command. */
export const exitCodes = { ok: 0, failed: 1, badInput: 2, interrupted: 130 } as const;

/** What the user is told, instead of a stack trace. */
export class CliError extends Error {
  readonly exitCode: number;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(
    message: string,
    options: { readonly exitCode?: number; readonly hint?: string; readonly problems?: readonly Problem[] } = {},
  ) {
    super(message);
    this.name = "CliError";
    this.exitCode = options.exitCode ?? exitCodes.failed;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
  }
}

/** The manifests or the arguments are wrong: exit code 2. */
export function badInput(message: string, problems: readonly Problem[] = []): CliError {
  return new CliError(message, { exitCode: exitCodes.badInput, problems });
}
