import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Result, Task } from "@capstan/core";
import type { TaskArtifacts } from "../../artifacts/task-artifacts.ts";
import { hostsFile } from "./host-aliases.ts";
import type { Bind, Launcher } from "./launcher.ts";
import { shellQuote } from "./shell-quote.ts";
import type { TaskDirectory } from "./task-directory.ts";
import { type ContainerPlan, scriptPath, type TaskPlan } from "./task-plan.ts";
import { volumeFolder } from "./volume-folders.ts";

export interface PrepareContext {
  readonly stateFolder: string;
  readonly libraryFolder: string;
  readonly artifacts: TaskArtifacts;
  readonly launcher: Launcher;
  /** Shell lines with which the supervisor puts itself under the task's resource limits. */
  readonly limitLines: readonly string[];
}

/** Writes all that the supervisor needs. May be repeated as long as no supervisor has claimed the task. */
export async function prepareTask(
  task: Task,
  plan: TaskPlan,
  directory: TaskDirectory,
  context: PrepareContext,
): Promise<Result<void>> {
  for (const folder of ["out", "in", "argo/staging", "argo-run"]) mkdirSync(directory.at(folder), { recursive: true });
  if (plan.scriptSource !== undefined)
    writeFileSync(directory.at("argo", relative("/argo", scriptPath)), plan.scriptSource, { mode: 0o755 });
  const volumes = new Map<string, string>();
  for (const name of new Set(plan.containers.flatMap(({ mounts }) => mounts.map(({ volume }) => volume)))) {
    const volume = plan.volumes.get(name);
    if (volume === undefined) continue;
    const folder = await volumeFolder(name, volume, task, directory, context.stateFolder);
    if (!folder.ok) return folder;
    volumes.set(name, folder.value);
  }
  const artifacts = await fetchInputs(task, plan, directory, context.artifacts);
  if (!artifacts.ok) return artifacts;
  const hosts = hostsFile(task);
  if (hosts !== undefined) writeFileSync(directory.at("hosts"), hosts);
  for (const container of plan.containers) {
    const binds = volumeBinds(container, volumes);
    const placed = container.kind === "main" ? await placeArtifacts(binds, artifacts.value) : [];
    mkdirSync(directory.container(container.name), { recursive: true });
    const own = [
      { source: directory.at("argo"), target: "/argo", readOnly: false },
      { source: directory.at("argo-run"), target: "/var/run/argo", readOnly: false },
      ...(hosts === undefined ? [] : [{ source: directory.at("hosts"), target: "/etc/hosts", readOnly: false }]),
    ];
    context.launcher.prepare(task, plan, container, [...own, ...binds, ...placed], directory);
  }
  writeFileSync(directory.at("run.sh"), runScript(plan, directory, context));
  return { ok: true, value: undefined };
}

interface FetchedArtifact {
  readonly source: string;
  readonly path: string;
}

async function fetchInputs(
  task: Task,
  plan: TaskPlan,
  directory: TaskDirectory,
  artifacts: TaskArtifacts,
): Promise<Result<readonly FetchedArtifact[]>> {
  const fetched: FetchedArtifact[] = [];
  for (const [index, artifact] of plan.inputArtifacts.entries()) {
    const source = directory.at("in", String(index));
    if (!existsSync(source)) {
      const result = await artifacts.fetch(task, artifact, source);
      if (!result.ok) return result;
      if (result.value === "missing" && artifact.optional === true) continue;
      if (result.value === "missing")
        return { ok: false, error: `required artifact "${artifact.name}" was not found in the artifact store` };
    }
    fetched.push({ source, path: artifact.path ?? "/" });
  }
  return { ok: true, value: fetched };
}

function volumeBinds(container: ContainerPlan, volumes: ReadonlyMap<string, string>): readonly Bind[] {
  return container.mounts.map(({ volume, mountPath, subPath, readOnly }) => {
    const source = join(volumes.get(volume) ?? "", subPath);
    if (!existsSync(source)) mkdirSync(source, { recursive: true, mode: 0o777 });
    return { source, target: mountPath, readOnly };
  });
}

/** An artifact whose path lies in a mounted volume is put into the volume, as Argo does; any other is bound to its path. */
async function placeArtifacts(binds: readonly Bind[], artifacts: readonly FetchedArtifact[]): Promise<readonly Bind[]> {
  const placed: Bind[] = [];
  for (const { source, path } of artifacts) {
    const volume = binds.findLast(({ target }) => path.startsWith(`${target.replace(/\/+$/, "")}/`));
    if (volume === undefined) {
      placed.push({ source, target: path, readOnly: false });
      continue;
    }
    const target = join(volume.source, relative(volume.target, path));
    mkdirSync(dirname(target), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await cp(source, target, { recursive: true, verbatimSymlinks: true });
  }
  return placed;
}

/** The task's own script: what runs after what. Everything in it that a user wrote is quoted. */
function runScript(plan: TaskPlan, directory: TaskDirectory, context: PrepareContext): string {
  const named = (kind: ContainerPlan["kind"]): readonly ContainerPlan[] =>
    plan.containers.filter((one) => one.kind === kind);
  const mains = named("main");
  const sidecars = named("sidecar").map(({ name }) => shellQuote(name));
  const ordered = mains.length > 1 || mains.some(({ dependencies }) => dependencies.length > 0);
  const after = (one: ContainerPlan): string => [one.name, ...one.dependencies].map(shellQuote).join(" ");
  return [
    `TASK=${shellQuote(directory.path)} LIB=${shellQuote(context.libraryFolder)}`,
    `GRACE=${Math.ceil(plan.graceMs / 1_000)} KILL_SIGN=${context.launcher.killSign}`,
    '. "$LIB/supervisor.sh"',
    "claim",
    ...context.limitLines,
    `enter() {\n  ${context.launcher.enterBody}\n}`,
    ...named("init").map(({ name }) => `initial ${shellQuote(name)}`),
    ...sidecars.map((name) => `container ${name} &`),
    ...(ordered
      ? ["mains=", ...mains.flatMap((one) => [`container_after ${after(one)} &`, 'mains="$mains $!"']), "wait $mains"]
      : mains.map(({ name }) => `container ${shellQuote(name)}`)),
    ...(sidecars.length > 0 ? [`stop_beside ${sidecars.join(" ")}`, "wait"] : []),
    "finish",
    "",
  ].join("\n");
}

/** What of a task's folder only its running needed. */
export const taskWorkFiles = ["vol", "in", "out", "argo", "argo-run", "hosts", "run.sh"];
