import {
  type Artifact,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  type Result,
  type Task,
  textAt,
  textsAt,
} from "@capstan/core";
import { containerEnvironment, expandReferences, type NodeFacts } from "./container-environment.ts";
import { commandLine, type ImageEntry } from "./image-table.ts";
import { localLimits } from "./local-limits.ts";
import { shellQuote } from "./shell-quote.ts";
import { planVolumes, type VolumePlan } from "./volume-plan.ts";

export interface MountPlan {
  readonly volume: string;
  readonly mountPath: string;
  readonly subPath: string;
  readonly readOnly: boolean;
}

export interface ContainerPlan {
  readonly name: string;
  readonly kind: "init" | "main" | "sidecar";
  readonly argv: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDir: string | undefined;
  readonly mounts: readonly MountPlan[];
  readonly dependencies: readonly string[];
  readonly retries: number;
  readonly retryDelaySeconds: number;
  readonly privileged: boolean;
  /** Its command wants a terminal. */
  readonly tty: boolean;
  readonly resources: JsonObject | undefined;
  readonly readinessProbe: JsonObject | undefined;
}

/** What a local runtime has to do for a task, with nothing of Kubernetes left in it but names. */
export interface TaskPlan {
  readonly containers: readonly ContainerPlan[];
  readonly volumes: ReadonlyMap<string, VolumePlan>;
  /** The container whose stdout, exit code and files are the task's outputs. */
  readonly outputContainer: string;
  readonly scriptSource: string | undefined;
  readonly inputArtifacts: readonly Artifact[];
  readonly outputArtifacts: readonly Artifact[];
  readonly outputParameterPaths: readonly string[];
  readonly graceMs: number;
  readonly hostname: string;
}

export interface PlanContext {
  readonly node: NodeFacts;
  readonly images: readonly ImageEntry[];
}

/** Where Argo's executor puts a script; users see the path in error messages of their programs. */
export const scriptPath = "/argo/staging/script";

/** Translates a task; the error is what its user has to change. */
export function planTask(task: Task, context: PlanContext): Result<TaskPlan> {
  const { template } = task;
  const unsupported = ["resource", "http", "plugin"].find((kind) => template[kind] !== undefined);
  if (unsupported !== undefined) return { ok: false, error: `a ${unsupported} template does not run on this runtime` };
  const volumes = planVolumes(task);
  const containers: ContainerPlan[] = [];
  for (const { kind, spec } of containersOf(task)) {
    const container = planContainer(task, kind, spec, volumes, context);
    if (!container.ok) return container;
    containers.push(container.value);
  }
  const mains = containers.filter((container) => container.kind === "main");
  const cycle = dependencyMistake(mains);
  if (cycle !== undefined) return { ok: false, error: cycle };
  const outputContainer = mains.some(({ name }) => name === "main") ? "main" : (mains.at(-1)?.name ?? "main");
  const graceSeconds =
    numberAt(template, "terminationGracePeriodSeconds") ?? numberAt(task.podDefaults, "terminationGracePeriodSeconds");
  return {
    ok: true,
    value: {
      containers,
      volumes,
      outputContainer,
      scriptSource: template.script?.source ?? (template.script === undefined ? undefined : ""),
      inputArtifacts: (template.inputs?.artifacts ?? []).filter((artifact) => artifact.path !== undefined),
      outputArtifacts: template.outputs?.artifacts ?? [],
      outputParameterPaths: (template.outputs?.parameters ?? []).flatMap(({ valueFrom }) => valueFrom?.path ?? []),
      graceMs: graceSeconds === undefined ? localLimits.graceMsDefault : graceSeconds * 1_000,
      hostname: task.podName.slice(0, 63).replace(/[.-]+$/, ""),
    },
  };
}

function containersOf(task: Task): readonly { readonly kind: ContainerPlan["kind"]; readonly spec: JsonObject }[] {
  const { template } = task;
  const only = template.container ?? template.script;
  const mains: readonly JsonObject[] =
    template.containerSet?.containers ?? (only === undefined ? [] : [{ ...only, name: "main" }]);
  const mainMounts = objectsAt(mains[0], "volumeMounts");
  const mirrored = (spec: JsonObject): JsonObject =>
    spec["mirrorVolumeMounts"] === true
      ? { ...spec, volumeMounts: [...objectsAt(spec, "volumeMounts"), ...mainMounts] }
      : spec;
  const named = (spec: JsonObject, fallback: string): JsonObject => ({
    ...spec,
    name: textAt(spec, "name") ?? fallback,
  });
  return [
    ...(template.initContainers ?? []).map((spec, index) => ({
      kind: "init" as const,
      spec: named(mirrored(spec), `init-${index}`),
    })),
    ...mains.map((spec, index) => ({ kind: "main" as const, spec: named(spec, `main-${index}`) })),
    ...(template.sidecars ?? []).map((spec, index) => ({
      kind: "sidecar" as const,
      spec: named(mirrored(spec), `sidecar-${index}`),
    })),
  ];
}

function planContainer(
  task: Task,
  kind: ContainerPlan["kind"],
  spec: JsonObject,
  volumes: ReadonlyMap<string, VolumePlan>,
  context: PlanContext,
): Result<ContainerPlan> {
  const name = textAt(spec, "name") ?? "main";
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
    return { ok: false, error: `container name "${name}" is not a DNS label` };
  const environment = containerEnvironment(task, name, spec, context.node);
  if (!environment.ok) return environment;
  const isScript = kind === "main" && task.template.script !== undefined;
  const given = { image: textAt(spec, "image") ?? "", command: textsAt(spec, "command"), args: textsAt(spec, "args") };
  const line = commandLine(isScript ? { ...given, args: [...given.args, scriptPath] } : given, context.images);
  if (!line.ok) return { ok: false, error: `container ${name}: ${line.error}` };
  const argv = line.value.map((word) => expandReferences(word, environment.value));
  const mounts: MountPlan[] = [];
  const setMounts = kind === "main" ? objectsAt(task.template.containerSet, "volumeMounts") : [];
  for (const mount of [...setMounts, ...objectsAt(spec, "volumeMounts")]) {
    const planned = planMount(name, mount, volumes, environment.value);
    if (!planned.ok) return planned;
    mounts.push(planned.value);
  }
  const retry = kind === "main" ? objectAt(task.template.containerSet, "retryStrategy") : undefined;
  return {
    ok: true,
    value: {
      name,
      kind,
      argv: spec["tty"] === true ? inTerminal(argv) : argv,
      environment: environment.value,
      workingDir: textAt(spec, "workingDir"),
      mounts: mounts.sort((left, right) => left.mountPath.length - right.mountPath.length),
      dependencies: textsAt(spec, "dependencies"),
      retries: numberAt(retry, "retries") ?? 0,
      retryDelaySeconds: secondsOf(textAt(retry, "duration")),
      privileged: objectAt(spec, "securityContext")?.["privileged"] === true,
      tty: spec["tty"] === true,
      resources: objectAt(spec, "resources"),
      readinessProbe: objectAt(spec, "readinessProbe"),
    },
  };
}

/** util-linux's script gives a command a terminal and ends with its exit code. */
function inTerminal(argv: readonly string[]): readonly string[] {
  return ["script", "-qec", argv.map(shellQuote).join(" "), "/dev/null"];
}

function planMount(
  container: string,
  mount: JsonObject,
  volumes: ReadonlyMap<string, VolumePlan>,
  environment: ReadonlyMap<string, string>,
): Result<MountPlan> {
  const volume = textAt(mount, "name") ?? "";
  const mountPath = textAt(mount, "mountPath") ?? "";
  const subPath = textAt(mount, "subPath") ?? expandReferences(textAt(mount, "subPathExpr") ?? "", environment);
  if (!volumes.has(volume))
    return {
      ok: false,
      error: `container ${container} mounts volume "${volume}", which neither the template nor the workflow defines`,
    };
  if (!mountPath.startsWith("/"))
    return { ok: false, error: `container ${container}: mountPath "${mountPath}" is not absolute` };
  if (subPath.startsWith("/") || subPath.split("/").includes(".."))
    return { ok: false, error: `container ${container}: subPath "${subPath}" leaves its volume` };
  return { ok: true, value: { volume, mountPath, subPath, readOnly: mount["readOnly"] === true } };
}

/** Duplicate names, unknown names and cycles among the containers of a set. */
function dependencyMistake(mains: readonly ContainerPlan[]): string | undefined {
  const finished = new Set<string>();
  const names = new Set(mains.map(({ name }) => name));
  if (names.size < mains.length) return "two containers have the same name";
  for (const { name, dependencies } of mains)
    for (const dependency of dependencies)
      if (!names.has(dependency)) return `container ${name} depends on "${dependency}", which is not in the set`;
  while (finished.size < mains.length) {
    const next = mains.filter((one) => !finished.has(one.name) && one.dependencies.every((name) => finished.has(name)));
    if (next.length === 0) return "the dependencies of the containers form a cycle";
    for (const { name } of next) finished.add(name);
  }
  return undefined;
}

const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001, us: 1e-6, ns: 1e-9 };

/** A Go duration as seconds; 0 for what is none. */
function secondsOf(duration: string | undefined): number {
  let seconds = 0;
  for (const [, amount = "0", unit = "s"] of (duration ?? "").matchAll(/([0-9.]+)(ms|us|ns|h|m|s)/g))
    seconds += Number(amount) * (unitSeconds[unit] ?? 0);
  return seconds;
}
