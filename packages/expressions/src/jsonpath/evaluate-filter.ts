import { ExprMap, type ExprValue, isArray } from "../expr/value.ts";
import { formatValue } from "../golang/format-value.ts";
import { parseFloat64 } from "../golang/integer.ts";
import { matchesPattern } from "../golang/pattern.ts";
import { unmarshalJson } from "../golang/unmarshal-json.ts";
import { EvaluationError } from "../result.ts";
import type { FilterNode } from "./filter-expression.ts";
import type { Query } from "./query.ts";

/** Evaluates a filter's condition against one element; throws where the comparison is not possible. */
export function evaluateFilter(node: FilterNode, current: ExprValue, query: Query): ExprValue {
  switch (node.type) {
    case "path":
      return query.run(node.steps, current);
    case "not":
      return !toBoolean(evaluateFilter(node.operand, current, query));
    case "text":
      return readText(node.text);
    case "operation":
      return operate(
        node.operator,
        evaluateFilter(node.left, current, query),
        evaluateFilter(node.right, current, query),
      );
  }
}

/** Says whether the value of a condition keeps the element. */
export function isTruthy(value: ExprValue): boolean {
  if (value === null || value === false || value === "" || value === 0 || value === 0n) return false;
  if (isArray(value)) return value.length > 0;
  return value instanceof ExprMap ? value.size > 0 : true;
}

function readText(text: string): ExprValue {
  if (text === "nil" || text === "null") return null;
  if (text === "true" || text === "false") return text === "true";
  const quoted = /^'(.*)'$|^"(.*)"$/s.exec(text);
  if (quoted !== null) return quoted[1] ?? quoted[2] ?? "";
  const number = parseFloat64(text);
  if (number !== undefined) return number;
  if (/^\[.*\]$|^\{.*\}$/s.test(text)) return readJson(text);
  return text;
}

function readJson(text: string): ExprValue {
  try {
    return unmarshalJson(text);
  } catch (error) {
    if (error instanceof EvaluationError) return text;
    throw error;
  }
}

function toNumber(value: ExprValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" ? parseFloat64(value) : undefined;
}

function requireNumber(value: ExprValue): number {
  const number = toNumber(value);
  if (number === undefined) throw new EvaluationError("invalid argument. expected number");
  return number;
}

function toBoolean(value: ExprValue): boolean {
  if (value === null) return false;
  if (typeof value === "boolean") return value;
  const text = formatValue(value);
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
  if (/^(?:0|f|F|false|FALSE|False)$/.test(text)) return false;
  throw new EvaluationError("invalid argument. expected boolean");
}

function equals(left: ExprValue, right: ExprValue): boolean {
  if (typeof left !== "string" || typeof right !== "string") {
    const a = toNumber(left);
    const b = toNumber(right);
    if (a !== undefined && b !== undefined && !(typeof left === "string" && typeof right === "string")) return a === b;
  }
  if (left === null || right === null) {
    if (left === right) return true;
    return formatValue(left) === formatValue(right);
  }
  return formatValue(left) === formatValue(right);
}

function isMember(left: ExprValue, right: ExprValue): boolean {
  const elements = right instanceof ExprMap ? Array.from(right.keys(), (key) => right.get(key) ?? null) : right;
  if (!isArray(elements)) throw new EvaluationError("invalid argument. expected array, map, or slice");
  // The library compares a text with its quotes to elements without them, so that texts are never members.
  const wanted = typeof left === "string" ? `'${left}'` : left;
  return elements.some((element) => element === wanted);
}

function operate(operator: string, left: ExprValue, right: ExprValue): ExprValue {
  switch (operator) {
    case "||":
      return toBoolean(left) || toBoolean(right);
    case "&&":
      return toBoolean(left) && toBoolean(right);
    case "==":
      return equals(left, right);
    case "!=":
      return !equals(left, right);
    case "=~":
      return matchesPattern(formatValue(right), formatValue(left));
    case "in":
      return isMember(left, right);
    case "not in":
      return !isMember(left, right);
    default:
      return calculate(operator, requireNumber(left), requireNumber(right));
  }
}

function calculate(operator: string, left: number, right: number): ExprValue {
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    default:
      return left ** right;
  }
}
