import type { JsonObject, Workflow } from "@capstan/core";
import { toYaml } from "@capstan/manifest";
import { Option } from "commander";
import type { Terminal } from "../terminal.ts";

export const outputFormats = ["json", "yaml", "name", "wide"] as const;
export type OutputFormat = (typeof outputFormats)[number];

export function outputOption(formats: readonly string[] = outputFormats): Option {
  return new Option("-o, --output <format>", "how the result is printed").choices(formats);
}

/** Prints workflows as asked: one as itself, several as a list. */
export function printObjects(
  terminal: Terminal,
  workflows: readonly Workflow[],
  format: "json" | "yaml" | "name",
): void {
  if (format === "name") {
    terminal.print(workflows.map((workflow) => workflow.metadata.name ?? ""));
    return;
  }
  const [first] = workflows;
  const value: unknown =
    workflows.length === 1 && first !== undefined
      ? first
      : { apiVersion: "argoproj.io/v1alpha1", kind: "WorkflowList", metadata: {}, items: workflows };
  printValue(terminal, value, format);
}

export function printValue(terminal: Terminal, value: unknown, format: "json" | "yaml"): void {
  terminal.print(format === "json" ? JSON.stringify(value, undefined, 2) : toYaml(value as JsonObject).trimEnd());
}
