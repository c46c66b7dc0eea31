import type { Command } from "commander";
import { ApiClient } from "../client/api-client.ts";
import { WorkflowApi } from "../client/workflow-api.ts";
import type { Terminal } from "../terminal.ts";

export const defaultServerUrl = "http://127.0.0.1:2746";

/** What every command is given: where it writes, and how it reaches a server. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Sets the exit code; the command itself returns normally. */
  exitWith(code: number): void;
}

interface ConnectionFlags {
  readonly server?: string;
  readonly namespace?: string;
}

/** The server of `--server`, CAPSTAN_SERVER or ARGO_SERVER ("host:port" is enough), else the one that `capstan dev` starts. */
export function clientOf(command: Command): ApiClient {
  const { server } = command.optsWithGlobals<ConnectionFlags>();
  const given = server ?? process.env["CAPSTAN_SERVER"] ?? process.env["ARGO_SERVER"] ?? defaultServerUrl;
  if (/^https?:\/\//.test(given)) return new ApiClient(given);
  const scheme = process.env["ARGO_SERVER"] === given && process.env["ARGO_SECURE"] === "true" ? "https" : "http";
  return new ApiClient(`${scheme}://${given}`);
}

export function namespaceOf(command: Command): string {
  return command.optsWithGlobals<ConnectionFlags>().namespace ?? process.env["ARGO_NAMESPACE"] ?? "default";
}

export function workflowApiOf(command: Command): WorkflowApi {
  return new WorkflowApi(clientOf(command), namespaceOf(command));
}

/** Collects the values of a flag that may be repeated. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** `-p`, `--parameter-file`, `--set`, `--values`: what a workflow is given. */
export function addValueOptions(command: Command): Command {
  return command
    .option("-p, --parameter <name=value>", "a parameter of the workflow; may be repeated", repeated, [])
    .option("-f, --parameter-file <file>", "parameters from a YAML or JSON file")
    .option("--set <name=value>", "a value of the manifest; may be repeated", repeated, [])
    .option("--values <file>", "values of the manifest from a YAML file");
}
