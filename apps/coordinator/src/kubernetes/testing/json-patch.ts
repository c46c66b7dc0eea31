import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "@capstan/core";

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: Json;
}

/** Applies what of JSON patch the bridge uses: test, add, replace and remove of an object's fields. Undefined when a test fails. */
export function jsonPatched(object: JsonObject, operations: readonly Operation[]): JsonObject | undefined {
  const patched = structuredClone(object) as { [field: string]: Json };
  for (const { op, path, value = null } of operations) {
    const fields = path.slice(1).split("/");
    const last = fields.pop() ?? "";
    let holder = patched;
    for (const field of fields) holder = holder[field] as { [field: string]: Json };
    if (op === "test" && !isDeepStrictEqual(holder[last], value)) return undefined;
    if (op === "remove" && !(last in holder)) return undefined;
    if (op === "remove") delete holder[last];
    if (op === "add" || op === "replace") holder[last] = value;
  }
  return patched;
}
