import type { JsonObject } from "@capstan/core";
import { hasErrors } from "@capstan/manifest";
import type { Command } from "commander";
import { badInput } from "../cli-error.ts";
import { planManifests } from "../manifests/plan.ts";
import { readManifestFiles } from "../manifests/read-files.ts";
import { registerSources } from "../manifests/sources.ts";
import { formatAge } from "../render/duration.ts";
import { timeOf } from "../render/nodes-of-workflow.ts";
import { renderTable } from "../render/table.ts";
import { type CommandContext, clientOf, namespaceOf } from "./command-context.ts";
import { outputOption, printValue } from "./print-result.ts";
import { storeResources } from "./submit-plan.ts";

interface Stored {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly creationTimestamp?: string };
  readonly [field: string]: unknown;
}

/** `capstan template` and `capstan cluster-template`: the templates that a server keeps. */
export function registerTemplate(program: Command, context: CommandContext): void {
  define(program.command("template").description("templates that workflows refer to"), context, (command) => {
    return `/api/v1/workflow-templates/${encodeURIComponent(namespaceOf(command))}`;
  });
  define(
    program.command("cluster-template").description("templates for all namespaces"),
    context,
    () => "/api/v1/cluster-workflow-templates",
  );
}

function define(group: Command, { terminal }: CommandContext, collectionOf: (command: Command) => string): void {
  const create = group
    .command("create <file...>")
    .alias("apply")
    .description("store the templates and ConfigMaps of files; older versions are replaced")
    .action(async (files: readonly string[]) => {
      const read = readManifestFiles(files);
      registerSources(read);
      const plan = planManifests(read.documents, { submit: {}, values: {}, check: "structure" });
      const problems = [...read.problems, ...plan.problems];
      if (hasErrors(problems)) throw badInput("the templates cannot be stored as they are", problems);
      if (plan.resources.length === 0) throw badInput("there is no template in these files");
      await storeResources(clientOf(create), namespaceOf(create), plan.resources);
      terminal.print(plan.resources.map((document) => `${document.kind} ${document.name} stored`));
    });
  const list = group
    .command("list")
    .description("list the stored templates")
    .addOption(outputOption(["json", "yaml", "name"]))
    .action(async (flags: { readonly output?: "json" | "yaml" | "name" }) => {
      const found = await clientOf(list).get<{ readonly items: readonly Stored[] }>(collectionOf(list));
      const names = found.items.map((item) => item.metadata.name);
      if (flags.output === "name") return terminal.print(names);
      if (flags.output !== undefined) return printValue(terminal, found, flags.output);
      if (names.length === 0) return terminal.inform("no templates found");
      const rows = found.items.map(({ metadata }) => [
        metadata.name,
        formatAge(Date.now() - (timeOf(metadata.creationTimestamp) ?? Date.now())),
      ]);
      terminal.print(renderTable(["NAME", "AGE"], rows));
    });
  const get = group
    .command("get <name>")
    .description("print a stored template")
    .addOption(outputOption(["json", "yaml"]).default("yaml"))
    .action(async (name: string, flags: { readonly output: "json" | "yaml" }) => {
      const found = await clientOf(get).get<JsonObject>(`${collectionOf(get)}/${encodeURIComponent(name)}`);
      printValue(terminal, found, flags.output);
    });
  const remove = group
    .command("delete <name...>")
    .description("delete stored templates")
    .action(async (names: readonly string[]) => {
      for (const name of names) {
        await clientOf(remove).delete(`${collectionOf(remove)}/${encodeURIComponent(name)}`);
        terminal.print(`template ${name} deleted`);
      }
    });
}
