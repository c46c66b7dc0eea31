import { type JsonObject, objectAt, objectsAt, type Task, textAt, textMapAt } from "@capstan/core";

/** Where the files of a volume are. */
export type VolumePlan =
  /** A folder of the task's own. */
  | { readonly kind: "task-folder" }
  /** A folder that all tasks of a workflow share (volumeClaimTemplates). */
  | { readonly kind: "workflow-folder"; readonly claim: string }
  /** A folder that outlives workflows (persistentVolumeClaim). */
  | { readonly kind: "claim-folder"; readonly claim: string }
  | { readonly kind: "host-path"; readonly path: string; readonly create: "none" | "directory" | "file" }
  | { readonly kind: "files"; readonly files: Readonly<Record<string, string>> }
  | { readonly kind: "unavailable"; readonly error: string };

/** All volumes a task may mount, by name; the template's own go before the workflow's. */
export function planVolumes(task: Task): ReadonlyMap<string, VolumePlan> {
  const plans = new Map<string, VolumePlan>();
  for (const claim of objectsAt(task.podDefaults, "volumeClaimTemplates")) {
    const name = textAt(objectAt(claim, "metadata"), "name") ?? "";
    plans.set(name, { kind: "workflow-folder", claim: name });
  }
  for (const volume of [...objectsAt(task.podDefaults, "volumes"), ...objectsAt(task.template, "volumes")])
    plans.set(textAt(volume, "name") ?? "", planVolume(volume, plans));
  return plans;
}

function planVolume(volume: JsonObject, claims: ReadonlyMap<string, VolumePlan>): VolumePlan {
  const name = textAt(volume, "name") ?? "";
  if (volume["emptyDir"] !== undefined || volume["ephemeral"] !== undefined) return { kind: "task-folder" };
  const hostPath = objectAt(volume, "hostPath");
  if (hostPath !== undefined) return planHostPath(hostPath);
  const claim = textAt(objectAt(volume, "persistentVolumeClaim"), "claimName");
  if (claim !== undefined) {
    // Argo names a claim of its own `<workflow>-<template>`: such a volume is the workflow's.
    const own = claims.get(name);
    return own?.kind === "workflow-folder" ? own : { kind: "claim-folder", claim };
  }
  for (const [kind, nameField, dataField] of [
    ["configMap", "name", "data"],
    ["secret", "secretName", "stringData"],
  ] as const) {
    const source = objectAt(volume, kind);
    if (source !== undefined) return planKeyedFiles(name, kind, source, nameField, dataField);
  }
  return {
    kind: "unavailable",
    error: `volume "${name}" is of a kind that this runtime does not know (${
      Object.keys(volume)
        .filter((key) => key !== "name")
        .join(", ") || "none given"
    })`,
  };
}

function planHostPath(hostPath: JsonObject): VolumePlan {
  const type = textAt(hostPath, "type") ?? "";
  const create = type === "DirectoryOrCreate" ? "directory" : type === "FileOrCreate" ? "file" : "none";
  return { kind: "host-path", path: textAt(hostPath, "path") ?? "/", create };
}

function planKeyedFiles(
  volume: string,
  kind: string,
  source: JsonObject,
  nameField: string,
  dataField: string,
): VolumePlan {
  const values = textMapAt(source, dataField);
  if (values === undefined && source["optional"] !== true) {
    const error = `volume "${volume}": the ${kind} "${textAt(source, nameField) ?? ""}" is not available to this runtime`;
    return { kind: "unavailable", error };
  }
  const items = objectsAt(source, "items");
  if (items.length === 0) return { kind: "files", files: values ?? {} };
  const chosen = items.map((item) => [textAt(item, "path") ?? "", values?.[textAt(item, "key") ?? ""] ?? ""] as const);
  return { kind: "files", files: Object.fromEntries(chosen) };
}
