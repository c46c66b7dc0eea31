import {
  any,
  arrayOf,
  bool,
  bytes,
  duration,
  elementOf,
  float,
  int,
  isArrayNature,
  isAssignable,
  isComparable,
  isNumber,
  isUnknown,
  mayBeCompatible,
  type Nature,
  nameNature,
  nil,
  string,
  time,
  unknown,
} from "./nature.ts";

/** The type of an operation, or the reason why the operands do not fit; undefined for the usual reason. */
export type OperatorCheck = Nature | { readonly problem: string } | undefined;

type Check = (left: Nature, right: Nature) => OperatorCheck;

const isKind =
  (...kinds: readonly Nature["kind"][]) =>
  (nature: Nature) =>
    kinds.includes(nature.kind);
const isBool = isKind("bool");
const isString = isKind("string");
const isInteger = isKind("int");
const isTime = isKind("time");
const isDuration = isKind("duration");
const isOrdered = isKind("int", "float", "string", "time", "duration");
const both = (accepts: (nature: Nature) => boolean, left: Nature, right: Nature) => accepts(left) && accepts(right);

function promote(left: Nature, right: Nature): Nature {
  return left.kind === "float" || right.kind === "float" ? float : int;
}

const checkLogical: Check = (left, right) =>
  both(isBool, left, right) || mayBeCompatible(left, right, isBool) ? bool : undefined;

const checkOrder: Check = (left, right) => {
  const sameType = both(isNumber, left, right) || (isOrdered(left) && left.kind === right.kind);
  return sameType || mayBeCompatible(left, right, isOrdered) ? bool : undefined;
};

const checkEquality: Check = (left, right) => (isComparable(left, right) ? bool : undefined);

const checkAdd: Check = (left, right) => {
  if (both(isNumber, left, right)) return promote(left, right);
  if (both(isString, left, right)) return string;
  if ((isTime(left) && isDuration(right)) || (isDuration(left) && isTime(right))) return time;
  if (both(isDuration, left, right)) return duration;
  return mayBeCompatible(left, right, isOrdered) ? unknown : undefined;
};

const checkSubtract: Check = (left, right) => {
  if (both(isNumber, left, right)) return promote(left, right);
  if (both(isTime, left, right) || both(isDuration, left, right)) return duration;
  if (isTime(left) && isDuration(right)) return time;
  return mayBeCompatible(left, right, isKind("int", "float", "time", "duration")) ? unknown : undefined;
};

const checkMultiply: Check = (left, right) => {
  if (both(isNumber, left, right)) return promote(left, right);
  const scales = isKind("int", "float", "duration");
  if (both(scales, left, right)) return duration;
  return mayBeCompatible(left, right, scales) ? unknown : undefined;
};

const checkFloat: Check = (left, right) =>
  both(isNumber, left, right) || mayBeCompatible(left, right, isNumber) ? float : undefined;

const checkModulo: Check = (left, right) =>
  both(isInteger, left, right) || mayBeCompatible(left, right, isInteger) ? int : undefined;

const checkRange: Check = (left, right) =>
  both(isInteger, left, right) || mayBeCompatible(left, right, isInteger) ? arrayOf(int) : undefined;

const checkText: Check = (left, right) =>
  both(isString, left, right) || mayBeCompatible(left, right, isString) ? bool : undefined;

const checkMatches: Check = (left, right) => {
  if (left.kind === bytes.kind && isString(right)) return bool;
  return checkText(left, right);
};

const checkIn: Check = (left, right) => {
  if (right.kind === "map") {
    const key = right.key === "string" ? string : any;
    if (isUnknown(left) || isAssignable(left, key)) return bool;
    return { problem: `cannot use ${nameNature(left)} as type ${nameNature(key)} in map key` };
  }
  if (isArrayNature(right)) {
    const element = elementOf(right);
    if (isComparable(left, element)) return bool;
    return { problem: `cannot use ${nameNature(left)} as type ${nameNature(element)} in array` };
  }
  if (isUnknown(left) && (isString(right) || right.kind === "time")) return bool;
  return isUnknown(right) ? bool : undefined;
};

const checkCoalesce: Check = (left, right) => {
  if (left.kind === "nil") return right.kind === "nil" ? nil : right;
  if (right.kind === "nil") return left;
  return isAssignable(right, left) ? left : unknown;
};

const checks: ReadonlyMap<string, Check> = new Map([
  ["==", checkEquality],
  ["!=", checkEquality],
  ["or", checkLogical],
  ["||", checkLogical],
  ["and", checkLogical],
  ["&&", checkLogical],
  ["<", checkOrder],
  [">", checkOrder],
  ["<=", checkOrder],
  [">=", checkOrder],
  ["+", checkAdd],
  ["-", checkSubtract],
  ["*", checkMultiply],
  ["/", checkFloat],
  ["**", checkFloat],
  ["^", checkFloat],
  ["%", checkModulo],
  ["in", checkIn],
  ["matches", checkMatches],
  ["contains", checkText],
  ["startsWith", checkText],
  ["endsWith", checkText],
  ["..", checkRange],
  ["??", checkCoalesce],
]);

/** Finds the type of `left operator right`. */
export function checkBinary(operator: string, left: Nature, right: Nature): Nature | { readonly problem: string } {
  const check = checks.get(operator);
  if (check === undefined) return { problem: `unknown operator (${operator})` };
  const mismatch = `invalid operation: ${operator} (mismatched types ${nameNature(left)} and ${nameNature(right)})`;
  return check(left, right) ?? { problem: mismatch };
}

/** Finds the type of a prefixed operand. */
export function checkUnary(operator: string, operand: Nature): Nature | { readonly problem: string } {
  if (operator === "!" || operator === "not") {
    if (isBool(operand) || isUnknown(operand)) return bool;
  } else if (isNumber(operand)) return operand;
  else if (isUnknown(operand)) return unknown;
  return { problem: `invalid operation: ${operator} (mismatched type ${nameNature(operand)})` };
}
