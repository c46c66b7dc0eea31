import { GoDuration } from "../golang/duration.ts";
import { typeName } from "../golang/format-value.ts";
import { floatToInt, wrapInt } from "../golang/integer.ts";
import { compareText } from "../golang/text.ts";
import { GoTime } from "../golang/time.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import { ExprBytes, ExprMap, ExprNamedInteger, type ExprValue, isArray, isNil } from "./value.ts";

type Numeric = bigint | number;

function isNumeric(value: ExprValue): value is Numeric {
  return typeof value === "bigint" || typeof value === "number";
}

function invalid(operator: string, left: ExprValue, right: ExprValue): never {
  throw new EvaluationError(`invalid operation: ${typeName(left)} ${operator} ${typeName(right)}`);
}

/** Go's equality of the expression language: numbers by value, lists element by element, maps strictly. */
export function equals(left: ExprValue, right: ExprValue, depth = 0): boolean {
  if (isNumeric(left) && isNumeric(right)) return Number(left) === Number(right) && equalIntegers(left, right);
  if (depth > limits.valueDepthMax) throw new EvaluationError("recursion depth exceeded");
  if (isArray(left) && isArray(right)) {
    return left.length === right.length && left.every((value, index) => equals(value, right[index] ?? null, depth + 1));
  }
  if (isNil(left) && isNil(right)) return true;
  return equalsStrictly(left, right, depth);
}

// Two integers beyond 2^53 may be the same as floats and yet differ.
function equalIntegers(left: Numeric, right: Numeric): boolean {
  return typeof left !== "bigint" || typeof right !== "bigint" || left === right;
}

/** Go's reflect.DeepEqual: types must agree as well. */
export function equalsStrictly(left: ExprValue, right: ExprValue, depth = 0): boolean {
  if (depth > limits.valueDepthMax) throw new EvaluationError("recursion depth exceeded");
  if (left === right) return true;
  if (isArray(left) && isArray(right)) {
    return (
      isNil(left) === isNil(right) &&
      left.length === right.length &&
      left.every((value, index) => equalsStrictly(value, right[index] ?? null, depth + 1))
    );
  }
  if (left instanceof ExprMap && right instanceof ExprMap) return equalMaps(left, right, depth);
  if (left instanceof GoTime && right instanceof GoTime) return left.unixNanoseconds === right.unixNanoseconds;
  if (left instanceof GoDuration && right instanceof GoDuration) return left.nanoseconds === right.nanoseconds;
  if (left instanceof ExprNamedInteger && right instanceof ExprNamedInteger) {
    return left.typeName === right.typeName && left.value === right.value;
  }
  if (left instanceof ExprBytes && right instanceof ExprBytes) {
    return left.bytes.length === right.bytes.length && left.bytes.every((byte, index) => byte === right.bytes[index]);
  }
  return false;
}

function equalMaps(left: ExprMap, right: ExprMap, depth: number): boolean {
  if (left.keyType !== right.keyType || left.size !== right.size) return false;
  for (const key of left.keys()) {
    const other = right.get(key);
    if (other === undefined || !equalsStrictly(left.get(key) ?? null, other, depth + 1)) return false;
  }
  return true;
}

/** Orders two values: negative, zero, positive, or NaN where every comparison is false; throws when they have no order. */
export function order(operator: string, left: ExprValue, right: ExprValue): number {
  if (isNumeric(left) && isNumeric(right)) {
    if (typeof left === "bigint" && typeof right === "bigint") return left < right ? -1 : left > right ? 1 : 0;
    return (
      Number(left) - Number(right) ||
      (Number(left) === Number(right)
        ? 0
        : Number(left) < Number(right)
          ? -1
          : Number(left) > Number(right)
            ? 1
            : Number.NaN)
    );
  }
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  if (left instanceof GoTime && right instanceof GoTime) return signOf(left.unixNanoseconds - right.unixNanoseconds);
  if (left instanceof GoDuration && right instanceof GoDuration) return signOf(left.nanoseconds - right.nanoseconds);
  return invalid(operator, left, right);
}

function signOf(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

export function add(left: ExprValue, right: ExprValue): ExprValue {
  if (isNumeric(left) && isNumeric(right)) {
    if (typeof left === "bigint" && typeof right === "bigint") return wrapInt(left + right);
    return Number(left) + Number(right);
  }
  if (typeof left === "string" && typeof right === "string") {
    if (left.length + right.length > limits.stringLengthMax) throw new EvaluationError("memory budget exceeded");
    return left + right;
  }
  if (left instanceof GoTime && right instanceof GoDuration) return left.add(right);
  if (left instanceof GoDuration && right instanceof GoTime) return right.add(left);
  if (left instanceof GoDuration && right instanceof GoDuration) {
    return new GoDuration(left.nanoseconds + right.nanoseconds);
  }
  return invalid("+", left, right);
}

export function subtract(left: ExprValue, right: ExprValue): ExprValue {
  if (isNumeric(left) && isNumeric(right)) {
    if (typeof left === "bigint" && typeof right === "bigint") return wrapInt(left - right);
    return Number(left) - Number(right);
  }
  if (left instanceof GoTime && right instanceof GoTime) return left.since(right);
  if (left instanceof GoTime && right instanceof GoDuration) return left.add(new GoDuration(-right.nanoseconds));
  if (left instanceof GoDuration && right instanceof GoDuration) {
    return new GoDuration(left.nanoseconds - right.nanoseconds);
  }
  return invalid("-", left, right);
}

export function multiply(left: ExprValue, right: ExprValue): ExprValue {
  if (isNumeric(left) && isNumeric(right)) {
    if (typeof left === "bigint" && typeof right === "bigint") return wrapInt(left * right);
    return Number(left) * Number(right);
  }
  const a = left instanceof GoDuration ? left.nanoseconds : left;
  const b = right instanceof GoDuration ? right.nanoseconds : right;
  if ((a === left && b === right) || !isNumeric(a) || !isNumeric(b)) return invalid("*", left, right);
  // A float makes the product a float, as in Go's helpers; two integers stay a duration.
  if (typeof a === "number" || typeof b === "number") return Number(a) * Number(b);
  return new GoDuration(a * b);
}

export function divide(left: ExprValue, right: ExprValue): number {
  if (isNumeric(left) && isNumeric(right)) return Number(left) / Number(right);
  return invalid("/", left, right);
}

export function modulo(left: ExprValue, right: ExprValue): bigint {
  if (typeof left !== "bigint" || typeof right !== "bigint") return invalid("%", left, right);
  if (right === 0n) throw new EvaluationError("runtime error: integer divide by zero");
  return wrapInt(left % right);
}

export function power(left: ExprValue, right: ExprValue): number {
  return toFloat(left) ** toFloat(right);
}

export function negate(value: ExprValue): ExprValue {
  if (typeof value === "bigint") return wrapInt(-value);
  if (typeof value === "number") return -value;
  throw new EvaluationError(`invalid operation: - ${typeName(value)}`);
}

/** Go's runtime.ToInt: numbers only, floats truncated. */
export function toInt(value: ExprValue): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return floatToInt(value);
  throw new EvaluationError(`invalid operation: int(${typeName(value)})`);
}

export function toFloat(value: ExprValue): number {
  if (isNumeric(value)) return Number(value);
  throw new EvaluationError(`invalid operation: float(${typeName(value)})`);
}

/** Go's type assertion to bool. */
export function requireBoolean(value: ExprValue): boolean {
  if (typeof value === "boolean") return value;
  throw new EvaluationError(`interface conversion: interface {} is ${typeName(value)}, not bool`);
}

/** Go's type assertion to string. */
export function requireString(value: ExprValue): string {
  if (typeof value === "string") return value;
  throw new EvaluationError(`interface conversion: interface {} is ${typeName(value)}, not string`);
}

/** Says whether `needle` is an element of a list or a key of a map. */
export function isIn(needle: ExprValue, container: ExprValue): boolean {
  if (container === null) return false;
  if (isArray(container)) return container.some((value) => equals(value, needle));
  if (container instanceof ExprMap) {
    if (container.keyType === "any") {
      if (isMapKey(needle)) return container.get(needle) !== undefined;
      throw new EvaluationError(`runtime error: hash of unhashable type ${typeName(needle)}`);
    }
    if (needle === null) return container.get("") !== undefined;
    if (typeof needle === "string") return container.get(needle) !== undefined;
    throw new EvaluationError(
      `reflect.Value.MapIndex: value of type ${typeName(needle)} is not assignable to type string`,
    );
  }
  throw new EvaluationError(`operator "in" not defined on ${typeName(container)}`);
}

function isMapKey(value: ExprValue): value is string | bigint | number | boolean | null {
  return value === null || typeof value !== "object";
}
