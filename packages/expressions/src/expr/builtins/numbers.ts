import { GoDuration } from "../../golang/duration.ts";
import { formatValue, typeName } from "../../golang/format-value.ts";
import { floatToInt, parseDecimalInt, parseFloat64, wrapInt } from "../../golang/integer.ts";
import { limits } from "../../limits.ts";
import { EvaluationError } from "../../result.ts";
import { order, toFloat } from "../operators.ts";
import { ExprNamedInteger, type ExprValue, isArray } from "../value.ts";
import { argument, type Builtin, type BuiltinTable } from "./builtin.ts";

function isNumeric(value: ExprValue): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

/** The builtin int(), which also reads text. */
export function convertToInt(value: ExprValue): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return floatToInt(value);
  if (value instanceof GoDuration) return value.nanoseconds;
  if (value instanceof ExprNamedInteger) return value.value;
  const parsed = typeof value === "string" ? parseDecimalInt(value) : undefined;
  if (parsed !== undefined) return parsed;
  throw new EvaluationError(`invalid operation: int(${typeof value === "string" ? value : typeName(value)})`);
}

/** The builtin float(), which also reads text. */
export function convertToFloat(value: ExprValue): number {
  if (isNumeric(value)) return Number(value);
  const parsed = typeof value === "string" ? parseFloat64(value) : undefined;
  if (parsed !== undefined) return parsed;
  throw new EvaluationError(`invalid operation: float(${typeof value === "string" ? value : typeName(value)})`);
}

/** Rounds halves away from zero, like Go's math.Round. */
export function roundHalfAway(value: number): number {
  const size = Math.abs(value);
  // Adding a half to the largest number below a half would round it up.
  const rounded = size - Math.trunc(size) >= 0.5 ? Math.trunc(size) + 1 : Math.trunc(size);
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

function rounding(name: string, round: (value: number) => number): Builtin {
  return (args) => {
    const value = argument(args, 0);
    if (!isNumeric(value)) throw new EvaluationError(`invalid argument for ${name} (type ${typeName(value)})`);
    return typeof value === "bigint" ? Number(value) : round(value);
  };
}

const abs: Builtin = (args) => {
  const value = argument(args, 0);
  if (typeof value === "bigint") return value < 0n ? wrapInt(-value) : value;
  if (typeof value === "number") return Math.abs(value);
  throw new EvaluationError(`invalid argument for abs (type ${typeName(value)})`);
};

/** All numbers of the arguments, from nested lists too. */
function collect(name: string, values: readonly ExprValue[], depth = 0): (bigint | number)[] {
  if (depth > limits.valueDepthMax) throw new EvaluationError("recursion depth exceeded");
  return values.flatMap((value) => {
    if (isNumeric(value)) return [value];
    if (isArray(value)) return collect(name, value, depth + 1);
    throw new EvaluationError(`invalid argument for ${name} (type ${typeName(value)})`);
  });
}

function extreme(name: string, isBetter: (candidate: ExprValue, best: ExprValue) => boolean): Builtin {
  return (args) => {
    const [only = null] = args;
    // A single argument that is neither a number nor a list comes back as it is.
    if (args.length === 1 && !isNumeric(only) && !isArray(only)) return only;
    const numbers = collect(name, args);
    return numbers.reduce<ExprValue>((best, value) => (best === null || isBetter(value, best) ? value : best), null);
  };
}

const mean: Builtin = (args) => {
  const numbers = collect("mean", args);
  if (numbers.length === 0) return 0;
  return numbers.reduce<number>((total, value) => total + Number(value), 0) / numbers.length;
};

const median: Builtin = (args) => {
  const sorted = collect("median", args)
    .map((value) => toFloat(value))
    .sort((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (upper === undefined) return 0;
  const lower = sorted[Math.floor(sorted.length / 2) - 1] ?? upper;
  return sorted.length % 2 === 1 ? upper : (lower + upper) / 2;
};

function bits(name: string, operation: (left: bigint, right: bigint) => bigint): Builtin {
  return (args) => {
    const operands = args.map((value) => requireInt(name, value));
    return wrapInt(operation(operands[0] ?? 0n, operands[1] ?? 0n));
  };
}

function requireInt(name: string, value: ExprValue): bigint {
  if (typeof value === "bigint") return value;
  throw new EvaluationError(`cannot use ${typeName(value)} as argument (type int) to call ${name}`);
}

function shift(operation: (value: bigint, count: bigint) => bigint): (value: bigint, count: bigint) => bigint {
  return (value, count) => {
    if (count < 0n) throw new EvaluationError(`invalid operation: negative shift count ${count} (type int)`);
    return operation(value, count > 64n ? 64n : count);
  };
}

export const numberBuiltins: BuiltinTable = [
  ["abs", abs],
  ["ceil", rounding("ceil", Math.ceil)],
  ["floor", rounding("floor", Math.floor)],
  ["round", rounding("round", roundHalfAway)],
  ["int", (args) => convertToInt(argument(args, 0))],
  ["float", (args) => convertToFloat(argument(args, 0))],
  ["max", extreme("max", (candidate, best) => order("<", best, candidate) < 0)],
  ["min", extreme("min", (candidate, best) => order(">", best, candidate) > 0)],
  ["mean", mean],
  ["median", median],
  ["bitand", bits("bitand", (left, right) => left & right)],
  ["bitor", bits("bitor", (left, right) => left | right)],
  ["bitxor", bits("bitxor", (left, right) => left ^ right)],
  ["bitnand", bits("bitnand", (left, right) => left & ~right)],
  ["bitnot", bits("bitnot", (left) => ~left)],
  [
    "bitshl",
    bits(
      "bitshl",
      shift((value, count) => value << count),
    ),
  ],
  [
    "bitshr",
    bits(
      "bitshr",
      shift((value, count) => value >> count),
    ),
  ],
  [
    "bitushr",
    bits(
      "bitushr",
      shift((value, count) => BigInt.asUintN(64, value) >> count),
    ),
  ],
  ["type", (args) => typeOf(argument(args, 0))],
];

/** The builtin type(): Go's kinds under expr-lang's names. */
function typeOf(value: ExprValue): string {
  const name = typeName(value);
  const simple: Readonly<Record<string, string>> = { "<nil>": "nil", bool: "bool", int: "int", float64: "float" };
  if (name === "*time.Location") return "time.Location";
  if (name.startsWith("[]")) return "array";
  if (name.startsWith("map[")) return "map";
  return simple[name] ?? formatValue(name);
}
