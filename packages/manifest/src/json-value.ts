import { isObject, type Json, type JsonObject } from "@capstan/core";

/** A JSON object that is still being built. */
export type MutableObject = { [key: string]: Json };

/** The value as an object, or an empty one. */
export function objectOr(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The value as a list, or an empty one. */
export function listOr(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text, or the empty text. */
export function textOr(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Calls the visitor for every string within a value, with the way to it. Keys with tags count as strings at their object. */
export function eachString(
  value: unknown,
  path: readonly (string | number)[],
  visit: (text: string, path: readonly (string | number)[]) => void,
): void {
  if (typeof value === "string") visit(value, path);
  else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) eachString(value[index], [...path, index], visit);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key.includes("{{")) visit(key, path);
      eachString(item, [...path, key], visit);
    }
  }
}
