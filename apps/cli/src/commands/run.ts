import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Workflow } from "@capstan/core";
import { type Command, Option } from "commander";
import { exitCodes } from "../cli-error.ts";
import { ApiClient } from "../client/api-client.ts";
import { WorkflowApi } from "../client/workflow-api.ts";
import { requireRedisServer } from "../embedded/redis.ts";
import { onStopSignals } from "../embedded/stop-signals.ts";
import { type EmbeddedSystem, startEmbedded } from "../embedded/system.ts";
import { type Plan, planManifests } from "../manifests/plan.ts";
import { readManifestFiles } from "../manifests/read-files.ts";
import { registerSources } from "../manifests/sources.ts";
import { parameterOptions, readValues, type ValueFlags } from "../manifests/values.ts";
import { addValueOptions, type CommandContext, namespaceOf, repeated } from "./command-context.ts";
import { type OutputFormat, outputOption, printObjects } from "./print-result.ts";
import { refuseBadPlan, storeResources, submitWorkflows } from "./submit-plan.ts";
import { WatchSession } from "./watch-session.ts";
import { printWide } from "./wide.ts";

interface RunFlags extends ValueFlags {
  readonly path: readonly string[];
  readonly runtime: string;
  readonly name?: string;
  readonly entrypoint?: string;
  readonly output?: OutputFormat;
  readonly log?: boolean;
  readonly keep?: boolean;
  readonly concurrency?: string;
}

export const runtimeOption = (): Option =>
  new Option("--runtime <name>", "how steps run: sandbox isolates them, process does not")
    .choices(["sandbox", "process", "noop"])
    .default("sandbox");

/** `capstan run`: the whole system for some workflows, then gone. */
export function registerRun(program: Command, context: CommandContext): void {
  const command = program
    .command("run <file...>")
    .description("run workflows on this machine: starts everything, shows the tree, ends with the workflow's result")
    .option("--path <dir>", "a folder where steps find their commands; may be repeated", repeated, [])
    .addOption(runtimeOption())
    .option("--name <name>", "name of the workflow")
    .option("--entrypoint <template>", "the template to start with")
    .addOption(outputOption())
    .option("--log", "print the logs of all pods")
    .option("--keep", "keep the state folder afterwards and say where it is")
    .option("--concurrency <n>", "how many steps run at once");
  addValueOptions(command).action((files: readonly string[], flags: RunFlags) => run(context, command, files, flags));
}

async function run(
  context: CommandContext,
  command: Command,
  files: readonly string[],
  flags: RunFlags,
): Promise<void> {
  const plan = readPlan(files, flags);
  refuseBadPlan(plan, context.terminal);
  const redisCommand = requireRedisServer();
  const stateDir = mkdtempSync(join(tmpdir(), "capstan-run-"));
  const stopping = new AbortController();
  // A signal that comes while the children start must find them in the end.
  const early = onStopSignals(() => stopping.abort());
  const system = await startEmbedded({
    ...{ stateDir, redisCommand },
    temporary: flags.keep !== true,
    runtime: flags.runtime,
    shards: embeddedShards,
    paths: [...flags.path.map((path) => resolve(path)), ...(plan.isSeed ? seedPaths() : [])],
    ...(flags.concurrency !== undefined && { concurrency: Number(flags.concurrency) }),
    signal: stopping.signal,
  });
  early.dispose();
  try {
    if (stopping.signal.aborted) return context.exitWith(exitCodes.interrupted);
    context.exitWith(await runOn(system, context, namespaceOf(command), plan, flags));
  } finally {
    await system.stop();
    if (flags.keep === true) context.terminal.inform(`the state is kept in ${stateDir}`);
  }
}

export const embeddedShards = 8;

/** Manifests of the seed dialect name a script that stands beside the example of them. */
function seedPaths(): readonly string[] {
  const folder = fileURLToPath(new URL("../../../../examples/seed", import.meta.url));
  return existsSync(folder) ? [folder] : [];
}

function readPlan(files: readonly string[], flags: RunFlags): Plan {
  const read = readManifestFiles(files);
  registerSources(read);
  const plan = planManifests(read.documents, {
    submit: {
      ...parameterOptions(flags),
      ...(flags.name !== undefined && { name: flags.name }),
      ...(flags.entrypoint !== undefined && { entrypoint: flags.entrypoint }),
    },
    values: readValues(flags),
    check: "complete",
  });
  return { ...plan, problems: [...read.problems, ...plan.problems] };
}

async function runOn(
  system: EmbeddedSystem,
  context: CommandContext,
  namespace: string,
  plan: Plan,
  flags: RunFlags,
): Promise<number> {
  const client = new ApiClient(system.url);
  const { terminal } = context;
  const ownNamespace = plan.workflows[0]?.workflow.metadata.namespace ?? namespace;
  const api = new WorkflowApi(client, ownNamespace);
  await storeResources(client, ownNamespace, plan.resources);
  const created = await Promise.race([submitWorkflows(api, plan.workflows), system.failure]);
  const names = created.map((workflow) => workflow.metadata.name ?? "");
  const session = new WatchSession(api, names, terminal, {
    progress: flags.output === undefined ? "out" : "err",
    log: flags.log === true,
  });
  const ended = new AbortController();
  const signals = onStopSignals((count) => interrupt(count, api, session, ended));
  try {
    await Promise.race([session.run(ended.signal), system.failure]);
  } finally {
    ended.abort();
    signals.dispose();
  }
  if (!session.views.every((view) => view.finished)) return exitCodes.interrupted;
  await session.explainFailures();
  await printResult(context, api, names, session, flags.output);
  return session.allSucceeded ? exitCodes.ok : exitCodes.failed;
}

/** Ctrl-C once asks the workflows to stop, so that their exit handlers run; twice ends everything. */
function interrupt(count: number, api: WorkflowApi, session: WatchSession, ended: AbortController): void {
  if (count > 1) {
    ended.abort();
    return;
  }
  const open = session.views.filter((view) => !view.finished).map((view) => view.name);
  session.notice("stopping: exit handlers still run. Ctrl-C again ends everything at once.");
  for (const name of open) {
    // It may have ended meanwhile.
    if (name !== "") void api.control(name, "stop", { message: "interrupted by the user" }).catch(() => {});
  }
}

async function printResult(
  { terminal }: CommandContext,
  api: WorkflowApi,
  names: readonly string[],
  session: WatchSession,
  format: OutputFormat | undefined,
): Promise<void> {
  if (format === undefined) return session.printOutputs();
  const workflows: Workflow[] = [];
  for (const name of names) workflows.push(await api.get(name));
  if (format === "wide") for (const workflow of workflows) printWide(terminal, workflow);
  else printObjects(terminal, workflows, format);
}
