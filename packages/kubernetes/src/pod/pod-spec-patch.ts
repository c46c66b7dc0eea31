import type { JsonObject, Result, Task } from "@capstan/core";
import { podSpecShape, strategicMerge } from "@capstan/manifest";
import { parse } from "yaml";
import { isObject, textAt } from "./json-fields.ts";

/** The Pod's spec with the workflow's and then the template's `podSpecPatch` merged into it, as `kubectl patch` would. */
export function patchedSpec(task: Task, spec: JsonObject): Result<JsonObject> {
  let patched = spec;
  for (const text of [textAt(task.podDefaults, "podSpecPatch"), textAt(task.template, "podSpecPatch")]) {
    if (text === undefined) continue;
    const patch = parsePatch(text);
    if (!patch.ok) return { ok: false, error: `podSpecPatch: ${patch.error}` };
    patched = strategicMerge(patched, patch.value, podSpecShape);
  }
  return { ok: true, value: patched };
}

function parsePatch(text: string): Result<JsonObject> {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    return { ok: false, error: `not YAML: ${(error as Error).message.split("\n")[0]}` };
  }
  return isObject(value) ? { ok: true, value } : { ok: false, error: "it must be an object: fields of a Pod's spec" };
}
