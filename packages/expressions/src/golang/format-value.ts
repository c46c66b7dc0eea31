import {
  ExprBytes,
  ExprFunction,
  ExprMap,
  ExprNamedInteger,
  type ExprValue,
  isArray,
  type MapKey,
} from "../expr/value.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import { formatDuration, GoDuration } from "./duration.ts";
import { formatFloat } from "./format-float.ts";
import { printTime } from "./format-time.ts";
import { compareText } from "./text.ts";
import { GoTime } from "./time.ts";

/** Prints like Go's %v. */
export function formatValue(value: ExprValue, depth = 0): string {
  if (value === null) return "<nil>";
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return formatFloat(value);
    case "boolean":
    case "bigint":
      return String(value);
  }
  if (depth > limits.valueDepthMax) throw new EvaluationError("recursion depth exceeded");
  if (isArray(value)) return `[${value.map((element) => formatValue(element, depth + 1)).join(" ")}]`;
  if (value instanceof ExprMap) return formatMap(value, depth);
  if (value instanceof GoTime) return printTime(value);
  if (value instanceof GoDuration) return formatDuration(value);
  if (value instanceof ExprBytes) return `[${value.bytes.join(" ")}]`;
  if (value instanceof ExprNamedInteger) return value.name;
  if (value instanceof ExprFunction) return "0x0";
  return value.name;
}

function formatMap(map: ExprMap, depth: number): string {
  const entries = sortKeys(map.keys()).map((key) => {
    return `${formatValue(key)}:${formatValue(map.get(key) ?? null, depth + 1)}`;
  });
  return `map[${entries.join(" ")}]`;
}

function rank(key: MapKey): number {
  if (key === null) return 0;
  return ["bigint", "number", "string", "boolean"].indexOf(typeof key) + 1;
}

/** Orders keys as Go's fmt and encoding/json do: by type, then by value. */
export function sortKeys(keys: Iterable<MapKey>): MapKey[] {
  return [...keys].sort((left, right) => {
    if (typeof left === "string" && typeof right === "string") return compareText(left, right);
    const difference = rank(left) - rank(right);
    if (difference !== 0 || left === null || right === null) return difference;
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

/** The name of the Go type, as %T prints it. */
export function typeName(value: ExprValue): string {
  if (value === null) return "<nil>";
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
  }
  if (isArray(value)) return "[]interface {}";
  if (value instanceof ExprMap)
    return value.keyType === "string" ? "map[string]interface {}" : "map[interface {}]interface {}";
  if (value instanceof GoTime) return "time.Time";
  if (value instanceof GoDuration) return "time.Duration";
  if (value instanceof ExprBytes) return "[]uint8";
  if (value instanceof ExprNamedInteger) return value.typeName;
  if (value instanceof ExprFunction) return "func";
  return "*time.Location";
}
