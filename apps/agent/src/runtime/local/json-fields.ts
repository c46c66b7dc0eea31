import type { Json, JsonObject } from "@capstan/core";

// Kubernetes' structures travel as plain JSON; these read one field of the expected kind, or undefined.

export function objectAt(value: JsonObject | undefined, key: string): JsonObject | undefined {
  const field = value?.[key];
  return isObject(field) ? field : undefined;
}

export function textAt(value: JsonObject | undefined, key: string): string | undefined {
  const field = value?.[key];
  return typeof field === "string" ? field : undefined;
}

export function numberAt(value: JsonObject | undefined, key: string): number | undefined {
  const field = value?.[key];
  const number = typeof field === "string" && field.trim() !== "" ? Number(field) : field;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

export function objectsAt(value: JsonObject | undefined, key: string): readonly JsonObject[] {
  const field: unknown = value?.[key];
  return Array.isArray(field) ? field.filter(isObject) : [];
}

export function textsAt(value: JsonObject | undefined, key: string): readonly string[] {
  const field: unknown = value?.[key];
  return Array.isArray(field) ? field.map(String) : [];
}

/** A map of texts, e.g. the data of a ConfigMap. */
export function textMapAt(value: JsonObject | undefined, key: string): Readonly<Record<string, string>> | undefined {
  const field = objectAt(value, key);
  if (field === undefined) return undefined;
  return Object.fromEntries(Object.entries(field).map(([name, text]) => [name, String(text)]));
}

/** The template's parts are JSON too, though typed more closely. */
export function asJson(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: Json | undefined | unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
