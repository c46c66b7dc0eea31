import {
  type Artifact,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  parseDurationMs,
  type Task,
  textAt,
  textsAt,
} from "@capstan/core";
import { containersOf, mainContainers, outputContainer, sidecarNames } from "./containers.ts";
import { shellQuote } from "./shell-quote.ts";
import { transferLimits } from "./transfer-protocol.ts";

/** How a Pod reaches the agent that looks after it. */
export interface TransferTarget {
  /** An address that stays the agent's when it is restarted: its node's. */
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

/** How often the Pod asks an agent that does not answer, two seconds apart. */
const triesMax = 90;
/** Larger scripts do not fit into an annotation beside the task. */
export const scriptBytesMax = 96 * 1024;

/** Must the task's containers run under the supervisor? `isResultCaptured` where nobody else can tell stdout from stderr. */
export function needsSupervisor(task: Task, isResultCaptured: boolean): boolean {
  const { inputs, outputs, containerSet } = task.template;
  const set = containerSet?.containers ?? [];
  return (
    (task.captureResult && isResultCaptured) ||
    (outputs?.parameters ?? []).some(({ valueFrom }) => valueFrom?.path !== undefined) ||
    (outputs?.artifacts ?? []).some(({ path }) => path !== undefined) ||
    (inputs?.artifacts ?? []).some(({ path }) => path !== undefined) ||
    set.some((container) => textsAt(container, "dependencies").length > 0) ||
    objectAt(containerSet, "retryStrategy") !== undefined ||
    tellsProgress(task) ||
    isFetchedScript(task)
  );
}

/** The variable by which Argo tells programs where to write how far they are. */
export const progressVariable = "ARGO_PROGRESS_FILE";

/** Does the task say how far it is? Only a program that names the variable can, so the others' Pods stay plain. */
export function tellsProgress(task: Task): boolean {
  return containersOf(task).some(
    ({ kind, spec }) => kind === "main" && JSON.stringify(spec).includes(progressVariable),
  );
}

/** The shell file that tells the supervisor what to do: assignments and functions whose lines it calls. Everything of a user's is quoted. */
export function supervisorPlan(task: Task, target: TransferTarget, isResultCaptured: boolean): string {
  const mains = mainContainers(task);
  const output = outputContainer(mains);
  const others = mains.filter((name) => name !== output);
  return [
    `TASK=${shellQuote(task.id)} TOKEN=${shellQuote(target.token)}`,
    `AGENT_HOST=${shellQuote(target.host)} AGENT_PORT=${target.port} TRIES_MAX=${triesMax}`,
    `TEXT_BYTES_MAX=${transferLimits.textBytesMax} MARKS_BYTES=${marksBytes(task)}`,
    `OUTPUT=${shellQuote(output)} OTHERS=${shellQuote(others.join(" "))}`,
    ...shellFunction("configure", [
      "case $1 in",
      ...sidecarNames(task).map((name) => `${shellQuote(name)}) sidecar ;;`),
      ...mains.map((name) => `${shellQuote(name)}) ${configuration(task, name, output, isResultCaptured)} ;;`),
      "esac",
    ]),
    ...shellFunction("collect", collectLines(task)),
    ...shellFunction("fetch", fetchLines(task)),
    "",
  ].join("\n");
}

/** What the termination message keeps free for one mark of every output. */
function marksBytes(task: Task): number {
  const { parameters = [], artifacts = [] } = task.template.outputs ?? {};
  return Math.min(markBytesMax * (parameters.length + artifacts.length + 1), 3_500);
}

/** " p123:unreadable" */
const markBytesMax = 16;

function shellFunction(name: string, lines: readonly string[]): readonly string[] {
  return [`${name}() {`, ...(lines.length === 0 ? [":"] : lines), "}"];
}

function configuration(task: Task, name: string, output: string, isResultCaptured: boolean): string {
  const container = containersOf(task).find((one) => one.name === name)?.spec;
  const retry = objectAt(task.template.containerSet, "retryStrategy");
  const retries = numberAt(retry, "retries") ?? 0;
  const delay = parseDurationMs(textAt(retry, "duration") ?? "0");
  const dependencies = textsAt(container, "dependencies");
  const commands = [
    ...(retries > 0 ? [`again ${retries} ${delay.ok ? delay.value / 1_000 : 0}`] : []),
    ...(task.captureResult && isResultCaptured && name === output ? ["result"] : []),
    ...(tellsProgress(task) && name === output ? ["progress"] : []),
    ...(dependencies.length > 0 ? [`await_others ${dependencies.map(shellQuote).join(" ")}`] : []),
  ];
  return commands.length === 0 ? ":" : commands.join("; ");
}

function collectLines(task: Task): readonly string[] {
  const { parameters = [], artifacts = [] } = task.template.outputs ?? {};
  return [
    ...parameters.flatMap(({ valueFrom }, index) =>
      valueFrom?.path === undefined ? [] : [`parameter ${index} ${shellQuote(valueFrom.path)}`],
    ),
    ...artifacts.flatMap((artifact, index) =>
      artifact.path === undefined ? [] : [`artifact ${index} ${shellQuote(artifact.path)} ${packing(artifact)}`],
    ),
  ];
}

/** How an artifact is packed, and how hard. */
function packing(artifact: Artifact): string {
  if (artifact.archive?.["none"] !== undefined) return "plain 0";
  const level = numberAt(objectAt(artifact.archive, "tar"), "compressionLevel") ?? 6;
  return `tgz ${Math.min(9, Math.max(1, Math.trunc(level)))}`;
}

function fetchLines(task: Task): readonly string[] {
  const script = isFetchedScript(task) ? [`input script script ''`] : [];
  const artifacts = (task.template.inputs?.artifacts ?? []).flatMap((artifact, index) => {
    if (artifact.path === undefined) return [];
    const volume = mountHolding(task, artifact.path);
    const destination = volume === undefined ? "" : `${mainVolumesPath}${artifact.path}`;
    return [`input ${index} ${shellQuote(artifact.name)} ${shellQuote(destination)}`];
  });
  return [...script, ...artifacts];
}

/**
 * Is the script fetched into a file of its own, instead of being one that an annotation makes? When it is large, and when the image's own
 * program gets it as an argument: that one may write to it as it likes.
 */
export function isFetchedScript(task: Task): boolean {
  const { script } = task.template;
  return script !== undefined && (!script.command?.length || Buffer.byteLength(script.source ?? "") > scriptBytesMax);
}

/** Does the Pod fetch anything from its agent before it starts? */
export function needsInputs(task: Task): boolean {
  return isFetchedScript(task) || (task.template.inputs?.artifacts ?? []).some(({ path }) => path !== undefined);
}

/** Where the init container has the main container's volumes that artifacts are put into. */
export const mainVolumesPath = "/capstan/main";

/** The mount of the main container in which a path lies; undefined when the path is no mount's. */
export function mountHolding(task: Task, path: string): JsonObject | undefined {
  const main = containersOf(task).find(({ kind }) => kind === "main");
  return objectsAt(main?.spec, "volumeMounts").findLast((mount) =>
    path.startsWith(`${(textAt(mount, "mountPath") ?? "/").replace(/\/+$/, "")}/`),
  );
}
