import { dictionaryOf, type ExprValue } from "../expr/value.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";

/** Converts what JSON.parse returns: every number is a float64, as in Go. */
export function fromJsonValue(value: unknown, depth = 0): ExprValue {
  if (depth > limits.valueDepthMax) throw new EvaluationError("exceeded max depth");
  if (value === null || typeof value === "boolean" || typeof value === "number") return value;
  // Go's decoder cannot hold half of a surrogate pair.
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "bigint") return value;
  if (Array.isArray(value)) return value.map((element: unknown) => fromJsonValue(element, depth + 1));
  if (typeof value === "object") {
    return dictionaryOf(
      Object.entries(value).map(([key, entry]) => [key.toWellFormed(), fromJsonValue(entry, depth + 1)]),
    );
  }
  throw new EvaluationError(`json: cannot unmarshal a ${typeof value}`);
}

/** Parses JSON text like Go's json.Unmarshal into an interface; throws where that returns an error. */
export function unmarshalJson(text: string): ExprValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (text.trim() === "") throw new EvaluationError("unexpected end of JSON input");
    throw new EvaluationError(error instanceof Error ? `invalid JSON: ${error.message}` : "invalid JSON");
  }
  // A literal beyond the range of float64 is an error in Go, and Infinity in JavaScript.
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new EvaluationError("json: cannot unmarshal number into Go value of type float64");
  }
  return fromJsonValue(value);
}
