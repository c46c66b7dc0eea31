import { type JsonObject, type Result, type Task, textAt } from "@capstan/core";
import { parseManifests, podSpecShape, strategicMerge } from "@capstan/manifest";

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
  const { documents, problems } = parseManifests(text);
  const [problem] = problems;
  if (problem !== undefined && problem.code !== "NOT_A_MANIFEST") return { ok: false, error: problem.message };
  const [patch, ...more] = documents;
  if (problem !== undefined || more.length > 0)
    return { ok: false, error: "it must be one object: fields of a Pod's spec" };
  return { ok: true, value: patch?.object ?? {} };
}
