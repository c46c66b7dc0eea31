import { isObject, type Json } from "@capstan/core";
import type { MutableObject } from "../json-value.ts";
import type { Path } from "../text/path.ts";

const reference = /\{\{\s*\.[vV]alues\.([A-Za-z0-9_][A-Za-z0-9_.-]*?)\s*\}\}/g;

/** The name of the parameter that carries a value; a nested value's dots become dashes, which parameter names allow. */
export function parameterOf(value: string): string {
  return value.replaceAll(".", "-");
}

/** The values that a part of a manifest uses, each with the first place where it does. */
export function valuesIn(part: Json | undefined, path: Path, into: Map<string, Path> = new Map()): Map<string, Path> {
  if (typeof part === "string") {
    for (const match of part.matchAll(reference)) {
      const name = match[1] ?? "";
      if (!into.has(name)) into.set(name, path);
    }
  } else if (Array.isArray(part)) {
    for (const [index, item] of part.entries()) valuesIn(item, [...path, index], into);
  } else if (isObject(part)) {
    for (const [key, item] of Object.entries(part)) valuesIn(item, [...path, key], into);
  }
  return into;
}

/** The same part with `{{.values.x}}` as an Argo variable: `{{workflow.parameters.x}}` or `{{inputs.parameters.x}}`. */
export function withVariables(part: Json, scope: "workflow" | "inputs"): Json {
  if (typeof part === "string") {
    return part.replace(reference, (_tag, name: string) => `{{${scope}.parameters.${parameterOf(name)}}}`);
  }
  if (Array.isArray(part)) return part.map((item: Json) => withVariables(item, scope));
  if (!isObject(part)) return part;
  const result: MutableObject = {};
  for (const [key, item] of Object.entries(part)) {
    if (item !== undefined && key !== "__proto__") result[key] = withVariables(item, scope);
  }
  return result;
}
