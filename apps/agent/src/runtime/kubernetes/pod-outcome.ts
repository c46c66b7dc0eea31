import type { Artifact, Outputs, Parameter, Result, Task, TaskOutcome } from "@capstan/core";
import {
  type ArtifactPacking,
  type CapturedOutput,
  type CapturedOutputs,
  type EndedPod,
  isSupervised,
  type Pod,
  parseCaptured,
} from "@capstan/kubernetes";
import { artifactKey, defaultArtifactKey } from "../../artifacts/artifact-key.ts";
import type { TaskArtifacts } from "../../artifacts/task-artifacts.ts";
import { localLimits } from "../local/local-limits.ts";
import type { TransferStore } from "./transfer-store.ts";

export interface OutcomeOptions {
  readonly transfers: TransferStore;
  readonly artifacts: TaskArtifacts;
  /** The last of what the output container wrote to stdout. */
  readonly readStdout: (pod: Pod) => Promise<string>;
}

/** Puts together how a Pod's task ended: the verdict, and the outputs that it left in its status, in its log and with the agent. */
export async function podOutcome(task: Task, pod: Pod, ended: EndedPod, options: OutcomeOptions): Promise<TaskOutcome> {
  const captured = parseCaptured(ended.terminationMessage);
  const problems: string[] = [];
  const parameters = await outputParameters(task, captured, options, problems);
  const artifacts = await outputArtifacts(task, captured, options, problems);
  const result =
    task.captureResult && ended.exitCode !== undefined ? await resultOf(task, pod, captured, options) : undefined;
  const outputs: Outputs = {
    ...(parameters.length > 0 && { parameters }),
    ...(artifacts.length > 0 && { artifacts }),
    ...(result !== undefined && { result }),
    ...(ended.exitCode !== undefined && { exitCode: String(ended.exitCode) }),
  };
  let { verdict } = ended;
  const [problem] = problems;
  if (verdict.phase === "Succeeded" && problem !== undefined && task.template.daemon !== true)
    verdict = { phase: "Error", message: `wait: Error (exit code 64): ${problem}` };
  return {
    ...verdict,
    ...(Object.keys(outputs).length > 0 && { outputs }),
    startedAtMs: ended.startedAtMs,
    finishedAtMs: ended.finishedAtMs,
    ...(ended.hostNodeName !== undefined && { hostNodeName: ended.hostNodeName }),
    ...(ended.podIP !== undefined && { podIP: ended.podIP }),
    resourcesDuration: ended.resourcesDuration,
  };
}

async function outputParameters(
  task: Task,
  captured: CapturedOutputs | undefined,
  { transfers }: OutcomeOptions,
  problems: string[],
): Promise<readonly Parameter[]> {
  const found: Parameter[] = [];
  for (const [index, parameter] of (task.template.outputs?.parameters ?? []).entries()) {
    const path = parameter.valueFrom?.path;
    if (path === undefined) {
      found.push(parameter);
      continue;
    }
    const output = captured?.parameters.get(index);
    const text = await textOf(output, () => transfers.text(task.id, `p${index}`));
    if (text !== undefined) found.push({ ...parameter, value: text });
    else if (output?.kind !== "large" && parameter.valueFrom?.default !== undefined)
      found.push({ ...parameter, value: parameter.valueFrom.default });
    else problems.push(parameterProblem(parameter, path, output));
  }
  return found;
}

/** The same words on every runtime. */
function parameterProblem({ name }: Parameter, path: string, output: CapturedOutput | undefined): string {
  if (output?.kind === "folder") return `read ${path}: is a directory`;
  if (output?.kind === "large")
    return `output parameter "${name}": ${path} is larger than ${localLimits.parameterBytesMax} bytes: use an artifact`;
  if (output === undefined) return `output parameter "${name}": the container ended before ${path} could be read`;
  if (output.kind === "unsent" || output.kind === "sent")
    return `output parameter "${name}": ${path} did not reach the agent`;
  return output.kind === "unreadable" ? `open ${path}: permission denied` : `open ${path}: no such file or directory`;
}

async function textOf(
  output: CapturedOutput | undefined,
  sent: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const text = output?.kind === "text" ? output.text : output?.kind === "sent" ? await sent() : undefined;
  return text?.replace(/\n$/, "");
}

async function outputArtifacts(
  task: Task,
  captured: CapturedOutputs | undefined,
  options: OutcomeOptions,
  problems: string[],
): Promise<readonly Artifact[]> {
  const found: Artifact[] = [];
  for (const [index, artifact] of (task.template.outputs?.artifacts ?? []).entries()) {
    const saved = await savedArtifact(task, index, artifact, captured?.artifacts.get(index), options);
    if (!saved.ok) problems.push(saved.error);
    else if (saved.value !== undefined) found.push(saved.value);
  }
  return found;
}

async function savedArtifact(
  task: Task,
  index: number,
  artifact: Artifact,
  output: CapturedOutput | undefined,
  { transfers, artifacts }: OutcomeOptions,
): Promise<Result<Artifact | undefined>> {
  if (artifact.path === undefined) return { ok: true, value: artifact };
  if (output?.kind === "missing" || output === undefined) {
    if (artifact.optional === true) return { ok: true, value: undefined };
    return { ok: false, error: `artifact "${artifact.name}": stat ${artifact.path}: no such file or directory` };
  }
  const why = output.kind === "large" ? `larger than ${localLimits.artifactBytesMax} bytes` : output.kind;
  if (output.kind !== "sent")
    return { ok: false, error: `artifact "${artifact.name}" at ${artifact.path} could not be saved: ${why}` };
  const given = artifactKey(artifact);
  const key = given ?? defaultArtifactKey(task.workflowName, task.podName, artifact);
  const located = given === undefined ? { ...artifact, s3: { key } } : artifact;
  for (const packing of ["tgz", "file", "folder"] satisfies ArtifactPacking[]) {
    const name = `a${index}.${packing}`;
    if (!(await transfers.has(task.id, name))) continue;
    const path = transfers.pathOf(task.id, name);
    await artifacts.save(task, key, { path, kind: packing === "folder" ? "folder" : "file" });
    return { ok: true, value: located };
  }
  // Saving moves the file: an agent that crashed in the middle may have left the rest to be done.
  await artifacts.save(task, key, { path: transfers.pathOf(task.id, `a${index}.tgz`), kind: "file" });
  return { ok: true, value: located };
}

async function resultOf(
  task: Task,
  pod: Pod,
  captured: CapturedOutputs | undefined,
  options: OutcomeOptions,
): Promise<string> {
  const sent = await textOf(captured?.result, () => options.transfers.text(task.id, "result"));
  if (sent !== undefined) return sent;
  if (isSupervised(pod) && captured?.result !== undefined) return "";
  return (await options.readStdout(pod)).replace(/\n$/, "");
}
