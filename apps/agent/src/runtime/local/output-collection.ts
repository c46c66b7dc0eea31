import { readFileSync, statSync } from "node:fs";
import {
  type Artifact,
  type JsonObject,
  numberAt,
  objectAt,
  type Parameter,
  type Result,
  type Task,
} from "@capstan/core";
import { artifactKey, defaultArtifactKey } from "../../artifacts/artifact-key.ts";
import type { TaskArtifacts } from "../../artifacts/task-artifacts.ts";
import { localLimits } from "./local-limits.ts";
import { shellQuote } from "./shell-quote.ts";
import type { TaskDirectory } from "./task-directory.ts";
import type { TaskPlan } from "./task-plan.ts";

const artifactBlocksMax = Math.floor(localLimits.artifactBytesMax / 512);

/**
 * The shell function that takes a container's outputs, right after its command, by the supervisor: paths are looked up where the
 * command saw them (volumes and symbolic links included), and it happens whether or not an agent lives.
 */
export function collectFunction(task: Task, plan: TaskPlan, outputPath: (path: string) => string): string {
  const lines = ["collect() {", "  :"];
  const beside = plan.containers.filter(({ kind, name }) => kind === "main" && name !== plan.outputContainer);
  // The other containers of a set may still write to what they share.
  for (const { name } of beside) lines.push(`  while ! has_ended ${shellQuote(name)}; do sleep 0.05; done`);
  for (const [index, { valueFrom }] of (task.template.outputs?.parameters ?? []).entries()) {
    if (valueFrom?.path === undefined) continue;
    const path = shellQuote(outputPath(valueFrom.path));
    const out = `"$TASK/out/p${index}"`;
    const bytes = localLimits.parameterBytesMax + 1;
    lines.push(`  in_root head -c ${bytes} -- ${path} > ${out} 2> ${out}.err || echo > ${out}.failed`);
  }
  for (const [index, artifact] of (task.template.outputs?.artifacts ?? []).entries()) {
    if (artifact.path !== undefined) lines.push(...collectArtifact(index, artifact, outputPath(artifact.path)));
  }
  return [...lines, "}", ""].join("\n");
}

function collectArtifact(index: number, artifact: Artifact, path: string): readonly string[] {
  const quoted = shellQuote(path);
  const out = `"$TASK/out/a${index}"`;
  const tar = 'in_root tar -cf - -C "$folder" -- "$base"';
  const guarded = (command: string): string => `{ ${command} 2> ${out}.err || echo > ${out}.failed; }`;
  const whole =
    artifact.archive?.["none"] === undefined
      ? [`    ${guarded(tar)} | gzip -${compressionLevel(artifact)} > ${out}`]
      : [
          `    if in_root test -d ${quoted}; then echo > ${out}.folder; ${guarded(tar)} > ${out}`,
          `    else ${guarded(`in_root cat -- ${quoted}`)} > ${out}; fi`,
        ];
  return [
    `  if in_root test -e ${quoted}; then (`,
    `    locate ${shellQuote(path.replace(/\/+$/, ""))}`,
    // A write beyond the limit fails, and with it the artifact.
    `    ulimit -f ${artifactBlocksMax}`,
    ...whole,
    `  ); else echo > ${out}.missing; fi`,
  ];
}

function compressionLevel(artifact: Artifact): number {
  const level = numberAt(objectAt(artifact.archive as JsonObject | undefined, "tar"), "compressionLevel") ?? 6;
  return Math.min(9, Math.max(1, Math.trunc(level)));
}

/** Reads what the supervisor collected into the task's outputs; the error is the message of the first output that is not there. */
export async function readOutputs(
  task: Task,
  directory: TaskDirectory,
  store: TaskArtifacts,
): Promise<{
  readonly parameters: readonly Parameter[];
  readonly artifacts: readonly Artifact[];
  readonly error?: string;
}> {
  const parameters: Parameter[] = [];
  const artifacts: Artifact[] = [];
  const errors: string[] = [];
  for (const [index, parameter] of (task.template.outputs?.parameters ?? []).entries()) {
    const read = readParameter(index, parameter, directory);
    if (read.ok) parameters.push(read.value);
    else errors.push(read.error);
  }
  for (const [index, artifact] of (task.template.outputs?.artifacts ?? []).entries()) {
    const saved = await saveArtifact(index, artifact, task, directory, store);
    if (!saved.ok) errors.push(saved.error);
    else if (saved.value !== undefined) artifacts.push(saved.value);
  }
  const [error] = errors;
  return { parameters, artifacts, ...(error === undefined ? {} : { error }) };
}

function readParameter(index: number, parameter: Parameter, directory: TaskDirectory): Result<Parameter> {
  const path = parameter.valueFrom?.path;
  if (path === undefined) return { ok: true, value: parameter };
  if (directory.has("out", `p${index}.failed`) || !directory.has("out", `p${index}`)) {
    const fallback = parameter.valueFrom?.default;
    if (fallback !== undefined) return { ok: true, value: { ...parameter, value: fallback } };
    const isFolder =
      directory.text("out", `p${index}.err`)?.includes("directory") &&
      !directory.text("out", `p${index}.err`)?.includes("No such");
    return { ok: false, error: isFolder ? `read ${path}: is a directory` : `open ${path}: no such file or directory` };
  }
  const value = readFileSync(directory.at("out", `p${index}`));
  if (value.length > localLimits.parameterBytesMax)
    return {
      ok: false,
      error: `output parameter "${parameter.name}": ${path} is larger than ${localLimits.parameterBytesMax} bytes: use an artifact`,
    };
  return { ok: true, value: { ...parameter, value: value.toString("utf8").replace(/\n$/, "") } };
}

async function saveArtifact(
  index: number,
  artifact: Artifact,
  task: Task,
  directory: TaskDirectory,
  store: TaskArtifacts,
): Promise<Result<Artifact | undefined>> {
  if (artifact.path === undefined) return { ok: true, value: artifact };
  const name = `a${index}`;
  const given = artifactKey(artifact);
  const key = given ?? defaultArtifactKey(task.workflowName, task.podName, artifact);
  const located = given === undefined ? { ...artifact, s3: { key } } : artifact;
  const collected = directory.at("out", name);
  const kind = directory.has("out", `${name}.folder`) ? "folder" : "file";
  // Saving moves the file: where it is gone, an agent that crashed in the middle may have left the rest to be done.
  const isBegun = directory.has("out", `${name}.saving`);
  if ((!directory.has("out", name) && !isBegun) || directory.has("out", `${name}.missing`)) {
    if (artifact.optional === true) return { ok: true, value: undefined };
    return { ok: false, error: `artifact "${artifact.name}": stat ${artifact.path}: no such file or directory` };
  }
  if (directory.has("out", `${name}.failed`)) {
    const tooLarge = statSync(collected).size >= artifactBlocksMax * 512;
    const why = tooLarge
      ? `larger than ${localLimits.artifactBytesMax} bytes`
      : firstLine(directory.text("out", `${name}.err`));
    return { ok: false, error: `artifact "${artifact.name}" at ${artifact.path} could not be saved: ${why}` };
  }
  directory.mark(`out/${name}.saving`);
  await store.save(task, key, { path: collected, kind });
  return { ok: true, value: located };
}

function firstLine(text: string | undefined): string {
  return text?.trim().split("\n")[0] || "unknown error";
}
