import { ExprBytes, ExprMap, type ExprValue, isArray } from "../expr/value.ts";
import { formatValue, typeName } from "../golang/format-value.ts";
import { floatToInt, parseFloat64, wrapInt } from "../golang/integer.ts";
import { decodeUtf8 } from "../golang/text.ts";
import { EvaluationError } from "../result.ts";

// "8.00" reads as 8, "8.50" does not read at all.
function trimZeroDecimal(text: string): string {
  return text.replace(/\.0+$/, "");
}

const integerLiteral = /^([+-]?)(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[1-9][0-9_]*|0)$/;

function parseInteger(text: string): bigint | undefined {
  const match = integerLiteral.exec(trimZeroDecimal(text));
  if (match === null || text.length > 100 || /__|_$/.test(text)) return undefined;
  const digits = (match[2] ?? "").replaceAll("_", "").toLowerCase();
  // A leading zero means octal, as in Go's literals.
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const signed = match[1] === "-" ? -value : value;
  return signed === wrapInt(signed) ? signed : undefined;
}

/** Converts like the cast library's ToInt64: what cannot be converted is zero. */
export function castToInt(value: ExprValue | undefined): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return floatToInt(value);
  if (typeof value === "boolean") return value ? 1n : 0n;
  return typeof value === "string" ? (parseInteger(value) ?? 0n) : 0n;
}

/** Converts like the cast library's ToFloat64: what cannot be converted is zero. */
export function castToFloat(value: ExprValue | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "string" ? (parseFloat64(value) ?? 0) : 0;
}

/** The text of a value, as sprig's strval. */
export function toText(value: ExprValue | undefined): string {
  if (value instanceof ExprBytes) return decodeUtf8(value.bytes);
  return formatValue(value ?? null);
}

/** A list of texts, nil elements left out, as sprig's strslice. */
export function toTexts(value: ExprValue | undefined): string[] {
  if (isArray(value ?? null)) {
    return (value as readonly ExprValue[]).filter((element) => element !== null).map((element) => toText(element));
  }
  return value === null || value === undefined ? [] : [toText(value)];
}

/** Says whether a value is its type's zero. */
export function isEmpty(value: ExprValue | undefined): boolean {
  if (value === null || value === undefined || value === "" || value === false || value === 0 || value === 0n) {
    return true;
  }
  if (isArray(value)) return value.length === 0;
  return value instanceof ExprMap && value.size === 0;
}

/** Go's kind of a value. */
export function kindName(value: ExprValue | undefined): string {
  if (value === null || value === undefined) return "invalid";
  if (isArray(value) || value instanceof ExprBytes) return "slice";
  if (value instanceof ExprMap) return "map";
  const name = typeName(value);
  const kinds: Readonly<Record<string, string>> = {
    "time.Time": "struct",
    "time.Duration": "int64",
    "time.Month": "int",
    "time.Weekday": "int",
    "*time.Location": "ptr",
  };
  return kinds[name] ?? name;
}

/** The elements of a list; an error that names the action for anything else. */
export function requireList(value: ExprValue | undefined, complaint: string): readonly ExprValue[] {
  const given = value ?? null;
  if (isArray(given)) return given;
  if (given === null) throw new EvaluationError("runtime error: invalid memory address or nil pointer dereference");
  throw new EvaluationError(`${complaint} ${kindName(given)}`);
}

/** A map with string keys, which the declaration of the parameter has checked. */
export function asMap(value: ExprValue | undefined): ExprMap | undefined {
  return value instanceof ExprMap ? value : undefined;
}
