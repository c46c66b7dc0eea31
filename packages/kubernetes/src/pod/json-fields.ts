import type { JsonObject } from "@capstan/core";

// Specs travel as plain JSON; these read one field of the expected kind.

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field that is an object, or undefined. */
export function objectAt(value: unknown, key: string): JsonObject | undefined {
  const field = isObject(value) ? value[key] : undefined;
  return isObject(field) ? field : undefined;
}

/** The objects of a field that is a list of them; an empty list otherwise. */
export function objectsAt(value: unknown, key: string): readonly JsonObject[] {
  const field: unknown = isObject(value) ? value[key] : undefined;
  return Array.isArray(field) ? field.filter(isObject) : [];
}

/** A field that is a text that is not empty, or undefined. */
export function textAt(value: unknown, key: string): string | undefined {
  const field = isObject(value) ? value[key] : undefined;
  return typeof field === "string" && field !== "" ? field : undefined;
}

/** The texts of a field that is a list; an empty list otherwise. */
export function textsAt(value: unknown, key: string): readonly string[] {
  const field: unknown = isObject(value) ? value[key] : undefined;
  return Array.isArray(field) ? field.map(String) : [];
}

/** A number, also where it is written as a text. */
export function numberAt(value: unknown, key: string): number | undefined {
  const field = isObject(value) ? value[key] : undefined;
  const number = typeof field === "string" && field.trim() !== "" ? Number(field) : field;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
