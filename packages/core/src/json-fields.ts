import type { JsonObject } from "./json.ts";

// Kubernetes' structures travel as plain JSON. These read one field, of the expected kind, of what may be anything.

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The field itself, of an object's own. */
export function valueAt(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A field that is an object, or undefined. */
export function objectAt(value: unknown, key: string): JsonObject | undefined {
  const field = valueAt(value, key);
  return isObject(field) ? field : undefined;
}

/** The objects of a field that is a list of them; an empty list otherwise. */
export function objectsAt(value: unknown, key: string): readonly JsonObject[] {
  const field = valueAt(value, key);
  return Array.isArray(field) ? field.filter(isObject) : [];
}

/** A field that is a text that is not empty, or undefined: to Go's programs, an empty text is one that was not given. */
export function textAt(value: unknown, key: string): string | undefined {
  const field = valueAt(value, key);
  return typeof field === "string" && field !== "" ? field : undefined;
}

/** The texts of a field that is a list; an empty list otherwise. */
export function textsAt(value: unknown, key: string): readonly string[] {
  const field = valueAt(value, key);
  return Array.isArray(field) ? field.map(String) : [];
}

/** A map of texts, e.g. the data of a ConfigMap, in which empty texts are texts. */
export function textMapAt(value: unknown, key: string): Readonly<Record<string, string>> | undefined {
  const field = objectAt(value, key);
  if (field === undefined) return undefined;
  return Object.fromEntries(Object.entries(field).map(([name, text]) => [name, String(text)]));
}

/** A number, also where it is written as a text. */
export function numberAt(value: unknown, key: string): number | undefined {
  const field = valueAt(value, key);
  const number = typeof field === "string" && field.trim() !== "" ? Number(field) : field;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
