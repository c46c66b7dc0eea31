import type { JsonObject, Workflow } from "@capstan/core";
import type { SubmitOptions } from "@capstan/manifest";
import type { Command } from "commander";
import { badInput } from "../cli-error.ts";
import { WorkflowApi } from "../client/workflow-api.ts";
import { type Plan, planManifests } from "../manifests/plan.ts";
import { readManifestFiles } from "../manifests/read-files.ts";
import { registerSources } from "../manifests/sources.ts";
import { parameterOptions, readValues, type ValueFlags } from "../manifests/values.ts";
import { addValueOptions, type CommandContext, clientOf, namespaceOf } from "./command-context.ts";
import { outputOption, printObjects } from "./print-result.ts";
import { refuseBadPlan, storeResources, submitWorkflows } from "./submit-plan.ts";
import { waitForEnd, watchToEnd } from "./watch.ts";

interface SubmitFlags extends ValueFlags {
  readonly from?: string;
  readonly name?: string;
  readonly generateName?: string;
  readonly entrypoint?: string;
  readonly labels?: string;
  readonly serviceaccount?: string;
  readonly priority?: string;
  readonly watch?: boolean;
  readonly wait?: boolean;
  readonly log?: boolean;
  readonly dryRun?: boolean;
  readonly serverDryRun?: boolean;
  readonly output?: "json" | "yaml" | "name";
}

/** `capstan submit`: workflows to a running server. */
export function registerSubmit(program: Command, context: CommandContext): void {
  const command = program
    .command("submit [file...]")
    .description("submit workflows of files, or one made from a template, to a running server")
    .option("--from <kind/name>", "from a stored template: workflowtemplate/NAME or clusterworkflowtemplate/NAME")
    .option("--name <name>", "name of the workflow")
    .option("--generate-name <prefix>", "begin of a generated name")
    .option("--entrypoint <template>", "the template to start with")
    .option("-l, --labels <labels>", "labels of the workflow, NAME=VALUE,…")
    .option("--serviceaccount <name>", "the service account of its pods")
    .option("--priority <n>", "higher goes first")
    .option("-w, --watch", "show how it goes until it ends")
    .option("--wait", "wait until it ends")
    .option("--log", "print the logs of all pods until it ends")
    .option("--dry-run", "print what would be submitted")
    .option("--server-dry-run", "let the server judge it, but not create it")
    .addOption(outputOption(["json", "yaml", "name"]));
  addValueOptions(command).action((files: readonly string[], flags: SubmitFlags) =>
    submit(context, command, files, flags),
  );
}

async function submit(
  context: CommandContext,
  command: Command,
  files: readonly string[],
  flags: SubmitFlags,
): Promise<void> {
  if ((files.length === 0) === (flags.from === undefined)) {
    throw badInput("submit what? Name files, or a stored template with --from workflowtemplate/NAME");
  }
  const { api, created } =
    flags.from === undefined
      ? await submitFiles(context, command, files, flags)
      : await submitFrom(command, flags.from, flags);
  const names = created.map((workflow) => workflow.metadata.name ?? "");
  if (flags.output !== undefined) printObjects(context.terminal, created, flags.output);
  else if (!isDryRun(flags)) context.terminal.print(names.map((name) => `workflow ${name} submitted`));
  else printObjects(context.terminal, created, "yaml");
  if (isDryRun(flags)) return;
  if (flags.watch === true || flags.log === true) await watchToEnd(context, api, names, flags.log === true);
  else if (flags.wait === true) await waitForEnd(context, api, names);
}

function isDryRun(flags: SubmitFlags): boolean {
  return flags.dryRun === true || flags.serverDryRun === true;
}

interface Submitted {
  readonly api: WorkflowApi;
  readonly created: readonly Workflow[];
}

async function submitFiles(
  { terminal }: CommandContext,
  command: Command,
  files: readonly string[],
  flags: SubmitFlags,
): Promise<Submitted> {
  const read = readManifestFiles(files);
  registerSources(read);
  const planned = planManifests(read.documents, {
    submit: submitOptions(flags),
    values: readValues(flags),
    check: "structure",
  });
  const plan: Plan = { ...planned, problems: [...read.problems, ...planned.problems] };
  refuseBadPlan(plan, terminal);
  if (plan.ignored.length > 0) terminal.inform(`not ours, left out: ${plan.ignored.join(", ")}`);
  const client = clientOf(command);
  const namespace = plan.workflows[0]?.workflow.metadata.namespace ?? namespaceOf(command);
  const api = new WorkflowApi(client, namespace);
  if (flags.dryRun === true) return { api, created: plan.workflows.map(({ workflow }) => workflow) };
  if (flags.serverDryRun !== true) await storeResources(client, namespace, plan.resources);
  return { api, created: await submitWorkflows(api, plan.workflows, flags.serverDryRun === true) };
}

async function submitFrom(command: Command, from: string, flags: SubmitFlags): Promise<Submitted> {
  const slash = from.indexOf("/");
  if (slash <= 0) throw badInput(`--from takes KIND/NAME, e.g. workflowtemplate/${from}`);
  const api = new WorkflowApi(clientOf(command), namespaceOf(command));
  const options: JsonObject = {
    parameters: [...Object.entries(readValues(flags)).map(([name, value]) => `${name}=${value}`), ...flags.parameter],
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.generateName !== undefined && { generateName: flags.generateName }),
    ...(flags.entrypoint !== undefined && { entryPoint: flags.entrypoint }),
    ...(flags.labels !== undefined && { labels: flags.labels }),
    ...(flags.serviceaccount !== undefined && { serviceAccount: flags.serviceaccount }),
    ...(flags.priority !== undefined && { priority: priorityOf(flags.priority) }),
    ...(isDryRun(flags) && { dryRun: true }),
  };
  return { api, created: [await api.submitFrom(from.slice(0, slash), from.slice(slash + 1), options)] };
}

function submitOptions(flags: SubmitFlags): SubmitOptions {
  return {
    ...parameterOptions(flags),
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.generateName !== undefined && { generateName: flags.generateName }),
    ...(flags.entrypoint !== undefined && { entrypoint: flags.entrypoint }),
    ...(flags.labels !== undefined && { labels: flags.labels.split(",") }),
    ...(flags.serviceaccount !== undefined && { serviceAccount: flags.serviceaccount }),
    ...(flags.priority !== undefined && { priority: priorityOf(flags.priority) }),
  };
}

function priorityOf(text: string): number {
  if (!/^-?\d+$/.test(text)) throw badInput(`--priority takes a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}
