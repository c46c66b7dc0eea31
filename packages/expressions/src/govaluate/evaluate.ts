import { RE2JS } from "re2js";
import { formatFloat } from "../golang/format-float.ts";
import { floatToInt } from "../golang/integer.ts";
import { compilePattern } from "../golang/pattern.ts";
import { compareText } from "../golang/text.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import type { OperatorSymbol, Stage, StageValue } from "./stage.ts";

/** Evaluates a plan; throws an EvaluationError where govaluate returns an error. */
export function evaluateStage(stage: Stage): StageValue {
  const operator = stage.operator;
  switch (operator.type) {
    case "literal":
      return operator.value;
    case "accessor":
      throw new EvaluationError(`No parameter '${operator.name.split(".")[0]}' found.`);
    case "group":
      // A group in a reordered chain of groups keeps its operand on the right, whatever stands on the left.
      return evaluateOptional(stage.right);
    case "operator":
      return evaluateOperator(operator.symbol, stage);
  }
}

function evaluateOptional(stage: Stage | undefined): StageValue {
  return stage === undefined ? null : evaluateStage(stage);
}

function evaluateOperator(symbol: OperatorSymbol, stage: Stage): StageValue {
  const left = evaluateOptional(stage.left);
  switch (symbol) {
    case "&&":
      if (left === false) return false;
      return requireBoolean(left, symbol) && requireBoolean(evaluateOptional(stage.right), symbol);
    case "||":
      if (left === true) return true;
      return requireBoolean(left, symbol) || requireBoolean(evaluateOptional(stage.right), symbol);
    case "?": {
      if (left === false) return null;
      const right = evaluateOptional(stage.right);
      if (typeof left !== "boolean") {
        throw new EvaluationError(
          `Value '${print(left)}' cannot be used with the ternary operator '?', it is not a bool`,
        );
      }
      return right;
    }
    case ":":
    case "??":
      return left ?? evaluateOptional(stage.right);
    default:
      return applyBinary(symbol, left, evaluateOptional(stage.right));
  }
}

function requireBoolean(value: StageValue, symbol: OperatorSymbol): boolean {
  if (typeof value === "boolean") return value;
  throw new EvaluationError(
    `Value '${print(value)}' cannot be used with the logical operator '${symbol}', it is not a bool`,
  );
}

function applyBinary(symbol: OperatorSymbol, left: StageValue, right: StageValue): StageValue {
  switch (symbol) {
    case "==":
      return deepEqual(left, right);
    case "!=":
      return !deepEqual(left, right);
    case ">":
    case ">=":
    case "<":
    case "<=":
      return compare(symbol, left, right);
    case "=~":
      return matches(left, right, symbol);
    case "!~":
      return !matches(left, right, symbol);
    case "in":
      return isMember(left, right);
    case ",":
      return Array.isArray(left) ? [...left, right] : [left, right];
    case "+":
      return add(left, right);
    case "invert":
      if (typeof right === "boolean") return !right;
      throw new EvaluationError(`Value '${print(right)}' cannot be used with the prefix '!'`);
    case "negate":
      return -requirePrefixed(right, "-");
    case "complement":
      return Number(~floatToInt(requirePrefixed(right, "~")));
    default:
      return calculate(symbol, requireNumber(left, symbol), requireNumber(right, symbol));
  }
}

function requireNumber(value: StageValue, symbol: OperatorSymbol): number {
  if (typeof value === "number") return value;
  throw new EvaluationError(`Value '${print(value)}' cannot be used with the modifier '${symbol}', it is not a number`);
}

function requirePrefixed(value: StageValue, symbol: string): number {
  if (typeof value === "number") return value;
  throw new EvaluationError(`Value '${print(value)}' cannot be used with the prefix '${symbol}'`);
}

function calculate(symbol: OperatorSymbol, left: number, right: number): number {
  switch (symbol) {
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "**":
      return left ** right;
    case "&":
      return Number(floatToInt(left) & floatToInt(right));
    case "|":
      return Number(floatToInt(left) | floatToInt(right));
    case "^":
      return Number(floatToInt(left) ^ floatToInt(right));
    default:
      return shift(symbol, toUint64(left), toUint64(right));
  }
}

function shift(symbol: OperatorSymbol, value: bigint, count: bigint): number {
  if (count >= 64n) return 0;
  return Number(symbol === "<<" ? BigInt.asUintN(64, value << count) : value >> count);
}

function toUint64(value: number): bigint {
  if (!(value >= -(2 ** 63) && value < 2 ** 64)) return 2n ** 63n;
  return BigInt.asUintN(64, BigInt(Math.trunc(value)));
}

function add(left: StageValue, right: StageValue): StageValue {
  if (typeof left === "number" && typeof right === "number") return left + right;
  if (typeof left !== "string" && typeof right !== "string") {
    throw new EvaluationError(`Value '${print(left)}' cannot be used with the modifier '+', it is not a number`);
  }
  const joined = print(left) + print(right);
  if (joined.length > limits.stringLengthMax) throw new EvaluationError("string is too long");
  return joined;
}

function compare(symbol: OperatorSymbol, left: StageValue, right: StageValue): boolean {
  const comparable =
    (typeof left === "number" && typeof right === "number") || (typeof left === "string" && typeof right === "string");
  if (!comparable || left === null || right === null) {
    throw new EvaluationError(
      `Value '${print(left)}' cannot be used with the comparator '${symbol}', it is not a number`,
    );
  }
  const order = typeof left === "string" ? compareText(left, String(right)) : undefined;
  switch (symbol) {
    case ">":
      return order === undefined ? left > right : order > 0;
    case ">=":
      return order === undefined ? left >= right : order >= 0;
    case "<":
      return order === undefined ? left < right : order < 0;
    default:
      return order === undefined ? left <= right : order <= 0;
  }
}

function matches(left: StageValue, right: StageValue, symbol: OperatorSymbol): boolean {
  if (typeof left !== "string" || !(typeof right === "string" || right instanceof RE2JS)) {
    const wrong = typeof left === "string" ? right : left;
    throw new EvaluationError(
      `Value '${print(wrong)}' cannot be used with the comparator '${symbol}', it is not a number`,
    );
  }
  const pattern = typeof right === "string" ? compilePattern(right) : right;
  return pattern.matcher(left).find();
}

function isMember(left: StageValue, right: StageValue): boolean {
  if (!Array.isArray(right)) {
    throw new EvaluationError(`Value '${print(right)}' cannot be used with the comparator 'in', it is not a number`);
  }
  for (const candidate of right) {
    if (Array.isArray(left) && Array.isArray(candidate))
      throw new EvaluationError("comparing uncomparable type []interface {}");
    if (left === candidate) return true;
  }
  return false;
}

function deepEqual(left: StageValue, right: StageValue): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((value, index) => deepEqual(value, right[index] ?? null));
  }
  return left === right;
}

/** Prints like Go's %v. */
export function print(value: StageValue): string {
  if (value === null) return "<nil>";
  if (typeof value === "number") return formatFloat(value);
  if (Array.isArray(value)) return `[${value.map(print).join(" ")}]`;
  if (value instanceof RE2JS) return value.pattern();
  return String(value);
}
