import { roundHalfAway } from "../expr/builtins/numbers.ts";
import type { CallContext, ExprValue } from "../expr/value.ts";
import { wrapInt } from "../golang/integer.ts";
import { EvaluationError } from "../result.ts";
import { castToFloat, castToInt, toText } from "./casts.ts";
import { addDecimals, divideDecimals, multiplyDecimals, subtractDecimals } from "./decimal.ts";
import { define, defineVariadic, integer, type SprigEntry, text } from "./define.ts";

function divideOrFail(right: bigint, calculate: () => bigint): bigint {
  if (right === 0n) throw new EvaluationError("runtime error: integer divide by zero");
  return wrapInt(calculate());
}

function roundTo(value: number, places: number, roundOn: number): number {
  const power = 10 ** places;
  const digit = power * value;
  const fraction = digit - Math.trunc(digit);
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / power;
}

function untilStep(start: number, stop: number, step: number, context: CallContext): ExprValue[] {
  const numbers: ExprValue[] = [];
  const descends = stop < start;
  if (descends ? step >= 0 : step <= 0) return numbers;
  context.allocate(Math.ceil((stop - start) / step));
  for (let value = start; descends ? value > stop : value < stop; value += step) numbers.push(BigInt(value));
  return numbers;
}

function seq(args: readonly ExprValue[], context: CallContext): string {
  const [first = 0, second = 0, third = 0] = args.map((value) => integer(value));
  const join = (numbers: readonly ExprValue[]) => numbers.map(String).join(" ");
  const direction = (start: number, end: number) => (end < start ? -1 : 1);
  switch (args.length) {
    case 1: {
      const step = direction(1, first);
      return join(untilStep(1, first + step, step, context));
    }
    case 2: {
      const step = direction(first, second);
      return join(untilStep(first, second + step, step, context));
    }
    case 3:
      if (third < first && second > 0) return "";
      return join(untilStep(first, third + direction(first, third), second, context));
    default:
      return "";
  }
}

function extreme(name: string, isBetter: (candidate: bigint, best: bigint) => boolean): SprigEntry {
  return defineVariadic(name, ["any", "any"], (args) =>
    args.map(castToInt).reduce((best, value) => (isBetter(value, best) ? value : best)),
  );
}

function atoi(value: string): bigint {
  return /^[+-]?[0-9]+$/.test(value) ? castToInt(value.replace(/^([+-]?)0+(?=\d)/, "$1")) : 0n;
}

function parseOctal(value: string): bigint {
  const match = /^([+-]?)([0-7]+)$/.exec(value);
  if (match === null || value.length > 30) return 0n;
  const size = BigInt(`0o${match[2] ?? "0"}`);
  return wrapInt(size) === size ? (match[1] === "-" ? -size : size) : 0n;
}

const isGreater = (candidate: bigint, best: bigint) => candidate > best;

export const numberFunctions: readonly SprigEntry[] = [
  define("int", ["any"], ([value]) => castToInt(value)),
  define("int64", ["any"], ([value]) => castToInt(value)),
  define("float64", ["any"], ([value]) => castToFloat(value)),
  define("atoi", ["string"], ([value]) => atoi(text(value))),
  define("toDecimal", ["any"], ([value]) => parseOctal(toText(value))),
  define("add1", ["any"], ([value]) => wrapInt(castToInt(value) + 1n)),
  defineVariadic("add", ["any"], (args) => wrapInt(args.reduce<bigint>((sum, value) => sum + castToInt(value), 0n))),
  define("sub", ["any", "any"], ([left, right]) => wrapInt(castToInt(left) - castToInt(right))),
  define("div", ["any", "any"], ([left, right]) =>
    divideOrFail(castToInt(right), () => castToInt(left) / castToInt(right)),
  ),
  define("mod", ["any", "any"], ([left, right]) =>
    divideOrFail(castToInt(right), () => castToInt(left) % castToInt(right)),
  ),
  defineVariadic("mul", ["any", "any"], (args) =>
    args.map(castToInt).reduce((product, value) => wrapInt(product * value)),
  ),
  define("add1f", ["any"], ([value]) => addDecimals(castToFloat(value), 1)),
  defineVariadic("addf", ["any"], (args) => args.map(castToFloat).reduce(addDecimals, 0)),
  defineVariadic("subf", ["any", "any"], (args) => args.map(castToFloat).reduce(subtractDecimals)),
  defineVariadic("mulf", ["any", "any"], (args) => args.map(castToFloat).reduce(multiplyDecimals)),
  defineVariadic("divf", ["any", "any"], (args) => args.map(castToFloat).reduce(divideDecimals)),
  extreme("max", isGreater),
  extreme("biggest", isGreater),
  extreme("min", (candidate, best) => candidate < best),
  defineVariadic("maxf", ["any", "any"], (args) => Math.max(...args.map(castToFloat))),
  defineVariadic("minf", ["any", "any"], (args) => Math.min(...args.map(castToFloat))),
  define("ceil", ["any"], ([value]) => Math.ceil(castToFloat(value))),
  define("floor", ["any"], ([value]) => Math.floor(castToFloat(value))),
  defineVariadic("round", ["any", "int", "float64"], ([value, places, roundOn]) =>
    roundTo(castToFloat(value), integer(places), typeof roundOn === "number" ? roundOn : 0.5),
  ),
  define("until", ["int"], ([count], context) => untilStep(0, integer(count), integer(count) < 0 ? -1 : 1, context)),
  define("untilStep", ["int", "int", "int"], ([start, stop, step], context) =>
    untilStep(integer(start), integer(stop), integer(step), context),
  ),
  defineVariadic("seq", ["int"], seq),
  define("randInt", ["int", "int"], ([low, high], context) => {
    const span = integer(high) - integer(low);
    if (span <= 0) throw new EvaluationError("invalid argument to Intn");
    return BigInt(integer(low) + Math.min(Math.floor(context.random() * span), span - 1));
  }),
];

/** Rounds a duration's count of nanoseconds to a unit, halves away from zero. */
export function roundToUnit(value: bigint, unit: bigint): bigint {
  return BigInt(roundHalfAway(Number(value) / Number(unit))) * unit;
}
