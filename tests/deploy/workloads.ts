import type { Json, JsonObject } from "@capstan/core";

/** A container of a rendered workload, and whose it is. */
export interface RenderedContainer {
  /** `DaemonSet capstan-agent: agent` */
  readonly title: string;
  readonly name: string;
  readonly workload: string;
  readonly isInit: boolean;
  readonly spec: JsonObject;
  readonly podSpec: JsonObject;
}

const workloadKinds = ["Deployment", "DaemonSet", "StatefulSet", "Job"];

export function containersOf(objects: readonly JsonObject[]): readonly RenderedContainer[] {
  return objects.filter(({ kind }) => workloadKinds.includes(String(kind))).flatMap(containersOfWorkload);
}

function containersOfWorkload(workload: JsonObject): readonly RenderedContainer[] {
  const podSpec = at(workload, "spec", "template", "spec");
  const name = nameOf(workload);
  return ["initContainers", "containers"].flatMap((field) =>
    listAt(podSpec, field).map((spec) => ({
      ...{ spec, podSpec, name: String(spec["name"]), workload: name, isInit: field === "initContainers" },
      title: `${workload["kind"]} ${name}: ${spec["name"]}`,
    })),
  );
}

export function nameOf(object: JsonObject): string {
  return String(at(object, "metadata")["name"]);
}

/** The object at a path of fields; empty where there is none. */
export function at(object: JsonObject, ...path: readonly string[]): JsonObject {
  let here: Json | undefined = object;
  for (const field of path) here = isObject(here) ? here[field] : undefined;
  return isObject(here) ? here : {};
}

/** The list of objects in a field; empty where there is none. */
export function listAt(object: JsonObject, field: string): readonly JsonObject[] {
  const list = object[field];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
