import type { Json, JsonObject } from "@capstan/core";
import { limits } from "../limits.ts";
import { error, type Problem, warning } from "../problem.ts";
import type { Path } from "../text/path.ts";
import { didYouMean } from "./nearest-name.ts";
import { type Fields, isList, isMapShape, isStruct, type LegacyField, type Shape, type StructShape } from "./shape.ts";

type Mutable = { [key: string]: Json };

/** A value brought to its shape, and what did not fit. */
export interface Conformed {
  readonly value: Json | undefined;
  readonly problems: readonly Problem[];
}

/** Checks a value against a shape and returns it as the engine wants it: text where Argo makes text of it, null fields left out. */
export function conform(value: Json, shape: Shape, path: Path = []): Conformed {
  const walk = new Walk();
  return { value: walk.visit(value, shape, path), problems: walk.problems };
}

class Walk {
  readonly problems: Problem[] = [];

  visit(value: Json, shape: Shape, path: Path): Json | undefined {
    // Go leaves a field at its zero value when the manifest says null.
    if (value === null) return undefined;
    if (path.length > limits.depthMax) return this.refuse("TOO_DEEP", path, `nests deeper than ${limits.depthMax}`);
    if (typeof shape === "string") return this.visitScalar(value, shape, path);
    if (isList(shape)) return this.visitList(value, shape.list, path);
    const object = asObject(value);
    if (object === undefined) return this.wrongType(path, "an object", value);
    if (isMapShape(shape)) return this.visitMap(object, shape.map, path);
    return this.visitStruct(object, shape, path);
  }

  private visitScalar(value: Json, shape: Shape & string, path: Path): Json | undefined {
    const expected = scalarMismatch(value, shape);
    if (expected !== undefined) return this.wrongType(path, expected, value);
    return shape === "text" ? anyString(value) : cleanCopy(value);
  }

  private visitList(value: Json, item: Shape, path: Path): Json | undefined {
    if (!Array.isArray(value)) return this.wrongType(path, "a list", value);
    const items: Json[] = [];
    value.forEach((element: Json, index) => {
      // A null in a list is Go's zero value, which an anonymous element of a list of anything keeps as null.
      const visited = this.visit(element, item, [...path, index]);
      items.push(visited ?? zeroOf(item));
    });
    return items;
  }

  private visitMap(object: JsonObject, shape: Shape, path: Path): Json {
    const result: Mutable = {};
    for (const [key, value] of Object.entries(object)) {
      if (value === undefined || this.isForbidden(key, path)) continue;
      const visited = this.visit(value, shape, [...path, key]);
      if (visited !== undefined) result[key] = visited;
      else if (shape === "string") result[key] = "";
    }
    return result;
  }

  private visitStruct(object: JsonObject, shape: StructShape, path: Path): Json {
    const fields = fieldsOf(shape);
    const result: Mutable = {};
    for (const [key, value] of Object.entries(object)) {
      if (value === undefined || this.isForbidden(key, path)) continue;
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      const legacy = shape.legacy !== undefined && Object.hasOwn(shape.legacy, key) ? shape.legacy[key] : undefined;
      if (field !== undefined) {
        const visited = this.visit(value, field, [...path, key]);
        if (visited !== undefined) result[key] = visited;
      } else if (legacy !== undefined) this.visitLegacy(key, value, legacy, result, path);
      else {
        const message = `${shape.struct} has no field ${JSON.stringify(key)}.${didYouMean(key, Object.keys(fields))}`;
        this.add(error("UNKNOWN_FIELD", [...path, key], message));
      }
    }
    return result;
  }

  private visitLegacy(key: string, value: Json, legacy: LegacyField, into: Mutable, path: Path): void {
    const here = [...path, key];
    const visited = this.visit(value, legacy.shape, here);
    this.add(
      warning("DEPRECATED_FIELD", here, `${key} is a field of an older version of Argo Workflows: ${legacy.advice}.`),
    );
    if (legacy.rename === undefined || visited === undefined) return;
    const existing = into[legacy.rename];
    const earlier = Array.isArray(existing) ? existing : [];
    into[legacy.rename] = legacy.asList === true ? [...earlier, visited] : visited;
  }

  private isForbidden(key: string, path: Path): boolean {
    if (key !== "__proto__") return false;
    this.add(error("FORBIDDEN_KEY", path, "A key may not be __proto__: choose another name."));
    return true;
  }

  private wrongType(path: Path, expected: string, value: Json): undefined {
    return this.refuse("WRONG_TYPE", path, `must be ${expected}, not ${nameOf(value)}`);
  }

  private refuse(code: "WRONG_TYPE" | "TOO_DEEP", path: Path, what: string): undefined {
    this.add(error(code, path, `${lastSegment(path)} ${what}.`));
    return undefined;
  }

  private add(problem: Problem): void {
    if (this.problems.length < limits.problemsMax) this.problems.push(problem);
  }
}

const fieldTables = new WeakMap<StructShape, Fields>();

function fieldsOf(shape: StructShape): Fields {
  const known = fieldTables.get(shape);
  if (known !== undefined) return known;
  const fields = shape.fields();
  fieldTables.set(shape, fields);
  return fields;
}

function scalarMismatch(value: Json, shape: Shape & string): string | undefined {
  const type = typeof value;
  switch (shape) {
    case "string":
      return type === "string" ? undefined : `a string${type === "object" ? "" : " (put it in quotes)"}`;
    case "text":
      return type === "object" ? "a string, a number or a boolean" : undefined;
    case "integer":
      return Number.isInteger(value) ? undefined : "a whole number";
    case "number":
      return type === "number" ? undefined : "a number";
    case "boolean":
      return type === "boolean" ? undefined : "true or false";
    case "int-or-string":
      return type === "string" || Number.isInteger(value) ? undefined : "a whole number or a string";
    case "quantity":
      return type === "string" || type === "number" ? undefined : "a quantity such as 100m or 1Gi";
    case "object":
      return asObject(value) === undefined ? "an object" : undefined;
    default:
      return undefined;
  }
}

/** The text that Argo's AnyString makes of a scalar: numbers in plain decimal notation. */
export function anyString(value: Json): string {
  if (typeof value !== "number") return String(value);
  const short = String(value);
  if (!short.includes("e")) return Object.is(value, -0) ? "-0" : short;
  return plainDecimal(short);
}

// JavaScript writes large and small numbers with an exponent, Go's AnyString never does.
function plainDecimal(short: string): string {
  const [mantissa = "", exponentText = "0"] = short.split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = whole + fraction;
  const point = whole.length + Number(exponentText);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${"0".repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

// Structures that pass through unchecked are copied without the key that would change an object's prototype.
function cleanCopy(value: Json): Json {
  if (Array.isArray(value)) return value.map(cleanCopy);
  const object = asObject(value);
  if (object === undefined) return value;
  const copy: Mutable = {};
  for (const [key, item] of Object.entries(object)) {
    if (item !== undefined && key !== "__proto__") copy[key] = cleanCopy(item);
  }
  return copy;
}

function zeroOf(shape: Shape): Json {
  if (shape === "string" || shape === "text") return "";
  if (typeof shape === "string") return null;
  if (isList(shape)) return [];
  return isStruct(shape) || isMapShape(shape) ? {} : null;
}

function asObject(value: Json): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function nameOf(value: Json): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string")
    return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  return `the ${typeof value} ${String(value)}`;
}

function lastSegment(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return "The document";
  return typeof last === "number" ? `Item ${last}` : last;
}
