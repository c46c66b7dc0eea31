import { isObject, type Json, type JsonObject } from "@capstan/core";
import type { MutableObject } from "../json-value.ts";
import { isList, isMapShape, isStruct, type ListShape, type Shape } from "../structure/shape.ts";

/**
 * Kubernetes' strategic merge: the patch wins, null removes, lists of objects are merged by the key that the shape names and
 * replaced where it names none. `$patch: replace` and `$patch: delete` are obeyed.
 */
export function strategicMerge(base: JsonObject, patch: JsonObject, shape: Shape): JsonObject {
  if (patch["$patch"] === "replace") return withoutDirectives(patch);
  if (patch["$patch"] === "delete") return {};
  const merged: MutableObject = {};
  for (const [key, value] of Object.entries(base)) if (value !== undefined) merged[key] = value;
  for (const [key, value] of Object.entries(patch)) {
    if (key === "__proto__" || key.startsWith("$") || value === undefined) continue;
    if (value === null) delete merged[key];
    else merged[key] = mergeValue(merged[key], value, fieldShape(shape, key));
  }
  return merged;
}

function mergeValue(base: Json | undefined, patch: Json, shape: Shape): Json {
  if (isObject(patch)) return isObject(base) ? strategicMerge(base, patch, shape) : withoutDirectives(patch);
  if (Array.isArray(patch) && Array.isArray(base) && isList(shape) && shape.mergeKey !== undefined) {
    return mergeLists(base, patch, shape, shape.mergeKey);
  }
  return patch;
}

function mergeLists(base: readonly Json[], patch: readonly Json[], shape: ListShape, mergeKey: string): Json[] {
  const patchItems = patch.filter(isObject);
  if (patchItems.some((item) => item["$patch"] === "replace")) return patchItems.filter((item) => !("$patch" in item));
  const deleted = new Set(patchItems.filter((item) => item["$patch"] === "delete").map((item) => item[mergeKey]));
  const places = new Map<Json | undefined, number>();
  base.forEach((item, index) => {
    if (isObject(item) && !places.has(item[mergeKey])) places.set(item[mergeKey], index);
  });
  const patched = new Map<Json | undefined, JsonObject>();
  for (const item of patchItems) {
    if (item["$patch"] === "delete") continue;
    const key = item[mergeKey];
    const place = places.get(key);
    const original = place === undefined ? undefined : base[place];
    patched.set(key, isObject(original) ? strategicMerge(original, item, shape.list) : withoutDirectives(item));
  }
  const kept = base.filter((item) => !isObject(item) || !(patched.has(item[mergeKey]) || deleted.has(item[mergeKey])));
  return inOrder(kept, [...patched.values()], places, mergeKey);
}

// The patch's items keep the patch's order; an item that only the base has comes before them where it already stood before.
function inOrder(
  kept: readonly Json[],
  patched: readonly JsonObject[],
  places: ReadonlyMap<Json | undefined, number>,
  mergeKey: string,
): Json[] {
  const placeOf = (item: Json | undefined) => (isObject(item) ? places.get(item[mergeKey]) : undefined);
  const merged: Json[] = [];
  let next = 0;
  for (const item of patched) {
    const place = placeOf(item);
    while (place !== undefined && next < kept.length && (placeOf(kept[next]) ?? 0) < place) {
      const keptItem = kept[next];
      if (keptItem !== undefined) merged.push(keptItem);
      next += 1;
    }
    merged.push(item);
  }
  return [...merged, ...kept.slice(next)];
}

function fieldShape(shape: Shape, key: string): Shape {
  if (isMapShape(shape)) return shape.map;
  if (!isStruct(shape)) return "any";
  const fields = shape.fields();
  return Object.hasOwn(fields, key) ? (fields[key] ?? "any") : "any";
}

function withoutDirectives(patch: JsonObject): JsonObject {
  const plain: MutableObject = {};
  for (const [key, value] of Object.entries(patch)) {
    if (key === "__proto__" || key.startsWith("$") || value === undefined || value === null) continue;
    plain[key] = isObject(value) ? withoutDirectives(value) : value;
  }
  return plain;
}
