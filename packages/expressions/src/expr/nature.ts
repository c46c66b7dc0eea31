import { GoDuration } from "../golang/duration.ts";
import { GoTime } from "../golang/time.ts";
import {
  ExprBytes,
  ExprFunction,
  type ExprFunctionShape,
  ExprMap,
  ExprNamedInteger,
  type ExprValue,
  isArray,
  type ParameterType,
} from "./value.ts";

/** The Go slice types that values have before they are widened to []any. */
export type SliceType = "[]interface {}" | "[]int" | "[]float64" | "[]string";

/**
 * The static type of an expression. "unknown" is a type that could not be found out; "any" is Go's interface{}:
 * both defer the check to run time, but only the latter takes part in assignments.
 */
export type Nature =
  | { readonly kind: "unknown" | "any" | "nil" | "bool" | "int" | "float" | "string" }
  | { readonly kind: "time" | "duration" | "bytes" | "zone" }
  | { readonly kind: "named-integer"; readonly typeName: string }
  | { readonly kind: "array"; readonly type: SliceType; readonly element: Nature }
  | { readonly kind: "map"; readonly key: "string" | "any"; readonly element: Nature }
  | { readonly kind: "func"; readonly shape: ExprFunctionShape | undefined };

export const unknown: Nature = { kind: "unknown" };
export const any: Nature = { kind: "any" };
export const nil: Nature = { kind: "nil" };
export const bool: Nature = { kind: "bool" };
export const int: Nature = { kind: "int" };
export const float: Nature = { kind: "float" };
export const string: Nature = { kind: "string" };
export const bytes: Nature = { kind: "bytes" };
export const time: Nature = { kind: "time" };
export const duration: Nature = { kind: "duration" };
export const zone: Nature = { kind: "zone" };
export const anyArray: Nature = { kind: "array", type: "[]interface {}", element: any };
export const stringArray: Nature = { kind: "array", type: "[]string", element: string };
export const intArray: Nature = { kind: "array", type: "[]int", element: int };
export const floatArray: Nature = { kind: "array", type: "[]float64", element: float };
export const stringMap: Nature = { kind: "map", key: "string", element: any };
export const anyMap: Nature = { kind: "map", key: "any", element: any };

export function arrayOf(element: Nature): Nature {
  return { kind: "array", type: "[]interface {}", element };
}

const parameterNatures: Readonly<Record<ParameterType, Nature>> = {
  any,
  string,
  int,
  float64: float,
  bool,
  map: stringMap,
  "[]any": anyArray,
  "[]string": stringArray,
  time,
};

export function natureOfParameter(type: ParameterType): Nature {
  return parameterNatures[type];
}

/** The static type of a variable of the environment. What lies inside maps and arrays stays unknown, as in Go. */
export function natureOf(value: ExprValue): Nature {
  if (value === null) return nil;
  switch (typeof value) {
    case "boolean":
      return bool;
    case "bigint":
      return int;
    case "number":
      return float;
    case "string":
      return string;
  }
  if (isArray(value)) return anyArray;
  if (value instanceof ExprMap) return value.keyType === "string" ? stringMap : anyMap;
  if (value instanceof ExprFunction) return { kind: "func", shape: value.shape };
  if (value instanceof GoTime) return time;
  if (value instanceof GoDuration) return duration;
  if (value instanceof ExprBytes) return bytes;
  if (value instanceof ExprNamedInteger) return { kind: "named-integer", typeName: value.typeName };
  return zone;
}

export const isUnknown = (nature: Nature) => nature.kind === "unknown" || nature.kind === "any";
export const isNumber = (nature: Nature) => nature.kind === "int" || nature.kind === "float";
export const isArrayNature = (nature: Nature) => nature.kind === "array" || nature.kind === "bytes";

/** The type of what an index finds in an array or a map. */
export function elementOf(nature: Nature): Nature {
  if (nature.kind === "array" || nature.kind === "map") return nature.element;
  return nature.kind === "bytes" ? int : unknown;
}

/** Go's name of the type, for messages. */
export function nameNature(nature: Nature): string {
  switch (nature.kind) {
    case "unknown":
    case "nil":
      return "unknown";
    case "any":
      return "interface {}";
    case "float":
      return "float64";
    case "time":
      return "time.Time";
    case "duration":
      return "time.Duration";
    case "bytes":
      return "[]uint8";
    case "zone":
      return "*time.Location";
    case "named-integer":
      return nature.typeName;
    case "array":
      return nature.type;
    case "map":
      return nature.key === "string" ? "map[string]interface {}" : "map[interface {}]interface {}";
    default:
      return nature.kind;
  }
}

/** Go's reflect.Kind, which decides whether an array literal's elements count as of one type. */
export function reflectKind(nature: Nature): string {
  switch (nature.kind) {
    case "unknown":
    case "nil":
      return "invalid";
    case "array":
    case "bytes":
      return "slice";
    default:
      return nature.kind;
  }
}

/** Go's assignability: says whether a value of type `from` may stand where `to` is asked for. */
export function isAssignable(from: Nature, to: Nature): boolean {
  if (from.kind === "nil") return to.kind === "any" || to.kind === "func" || to.kind === "map" || isArrayNature(to);
  if (from.kind === "unknown" || to.kind === "unknown" || to.kind === "nil") return false;
  if (to.kind === "any") return true;
  if (from.kind === "array" && to.kind === "array") return from.type === to.type;
  if (from.kind === "map" && to.kind === "map") return nameNature(from) === nameNature(to);
  if (from.kind === "named-integer" && to.kind === "named-integer") return from.typeName === to.typeName;
  return from.kind === to.kind;
}

/** Says whether `==` between the types compiles. */
export function isComparable(left: Nature, right: Nature): boolean {
  return (
    isUnknown(left) ||
    isUnknown(right) ||
    left.kind === "nil" ||
    right.kind === "nil" ||
    (isNumber(left) && isNumber(right)) ||
    (isArrayNature(left) && isArrayNature(right)) ||
    isAssignable(left, right)
  );
}

/** Says whether an operation may still succeed at run time, because one of the types is not known. */
export function mayBeCompatible(left: Nature, right: Nature, accepts: (nature: Nature) => boolean): boolean {
  if (isUnknown(left)) return isUnknown(right) || accepts(right);
  return isUnknown(right) && accepts(left);
}
