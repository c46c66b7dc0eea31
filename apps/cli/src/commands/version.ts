import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { ServerUnreachable } from "../client/api-failure.ts";
import { type CommandContext, clientOf } from "./command-context.ts";

/** The version of this command. */
export function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return manifest.version;
}

/** `capstan version`: of the command, and of the server if there is one. */
export function registerVersion(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command("version")
    .description("print the versions of this command and of the server")
    .option("--short", "only this command's")
    .action(async (flags: { readonly short?: boolean }) => {
      if (flags.short === true) return terminal.print(ownVersion());
      terminal.print(`capstan ${ownVersion()} (node ${process.version}, ${process.platform}/${process.arch})`);
      try {
        const server = await clientOf(command).get<{ readonly version: string }>("/api/v1/version");
        terminal.print(`server  ${server.version} at ${clientOf(command).baseUrl}`);
      } catch (error) {
        if (!(error instanceof ServerUnreachable)) throw error;
        terminal.print("server  none reached");
      }
    });
}
