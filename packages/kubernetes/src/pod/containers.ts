import { type JsonObject, objectsAt, type Task, textAt } from "@capstan/core";

/** A container of a template with its place in the Pod. */
export interface PlacedContainer {
  readonly kind: "init" | "main" | "sidecar";
  readonly name: string;
  readonly spec: JsonObject;
}

/** The template's own containers: init containers, the main one or those of a set, sidecars; with `mirrorVolumeMounts` carried out. */
export function containersOf(task: Task): readonly PlacedContainer[] {
  const { template } = task;
  const only = template.container ?? template.script;
  const mains: readonly JsonObject[] =
    template.containerSet?.containers ?? (only === undefined ? [] : [{ ...only, name: "main" }]);
  const setMounts = objectsAt(template.containerSet, "volumeMounts");
  const mainMounts = [...setMounts, ...objectsAt(mains[0], "volumeMounts")];
  const withMounts = (spec: JsonObject, mounts: readonly JsonObject[]): JsonObject =>
    mounts.length === 0 ? spec : { ...spec, volumeMounts: [...objectsAt(spec, "volumeMounts"), ...mounts] };
  const mirrored = (spec: JsonObject): JsonObject =>
    spec["mirrorVolumeMounts"] === true ? withMounts(spec, mainMounts) : spec;
  return [
    ...(template.initContainers ?? []).map((spec, index) => placed("init", mirrored(spec), `init-${index}`)),
    ...mains.map((spec, index) => placed("main", withMounts(spec, setMounts), `main-${index}`)),
    ...(template.sidecars ?? []).map((spec, index) => placed("sidecar", mirrored(spec), `sidecar-${index}`)),
  ];
}

function placed(kind: PlacedContainer["kind"], spec: JsonObject, fallback: string): PlacedContainer {
  return { kind, name: textAt(spec, "name") ?? fallback, spec };
}

/** Our own init container, which brings the supervisor and the task's inputs. What it says when it fails is for the workflow's author. */
export const installerName = "capstan";

/** Names of the containers that do the task's work. */
export function mainContainers(task: Task): readonly string[] {
  return containersOf(task).flatMap(({ kind, name }) => (kind === "main" ? [name] : []));
}

export function sidecarNames(task: Task): readonly string[] {
  return containersOf(task).flatMap(({ kind, name }) => (kind === "sidecar" ? [name] : []));
}

/** The container whose stdout, exit code and files are the task's outputs. */
export function outputContainer(mains: readonly string[]): string {
  return mains.includes("main") ? "main" : (mains.at(-1) ?? "main");
}
