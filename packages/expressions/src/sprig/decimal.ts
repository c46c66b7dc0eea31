import { EvaluationError } from "../result.ts";

/** A decimal number: coefficient times ten to the exponent. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** Digits after the point that a quotient keeps. */
const divisionDigits = 16;

function fromNumber(value: number): Decimal {
  if (!Number.isFinite(value)) throw new EvaluationError("Cannot create a Decimal from NaN or Inf");
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { coefficient: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function toNumber(value: Decimal): number {
  return Number(`${value.coefficient}e${value.exponent}`);
}

function align(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const exponent = Math.min(left.exponent, right.exponent);
  const scale = (value: Decimal) => value.coefficient * 10n ** BigInt(value.exponent - exponent);
  return [scale(left), scale(right), exponent];
}

/** Adds without the error of binary fractions: 0.1 and 0.2 make 0.3. */
export function addDecimals(left: number, right: number): number {
  const [a, b, exponent] = align(fromNumber(left), fromNumber(right));
  return toNumber({ coefficient: a + b, exponent });
}

export function subtractDecimals(left: number, right: number): number {
  const [a, b, exponent] = align(fromNumber(left), fromNumber(right));
  return toNumber({ coefficient: a - b, exponent });
}

export function multiplyDecimals(left: number, right: number): number {
  const a = fromNumber(left);
  const b = fromNumber(right);
  return toNumber({ coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent });
}

/** Divides to sixteen digits after the point, the last one rounded. */
export function divideDecimals(left: number, right: number): number {
  const [a, b] = align(fromNumber(left), fromNumber(right));
  if (b === 0n) throw new EvaluationError("decimal division by 0");
  const scaled = a * 10n ** BigInt(divisionDigits + 1);
  const quotient = scaled / b;
  const last = quotient % 10n;
  const rounding = last >= 5n ? 1n : last <= -5n ? -1n : 0n;
  return toNumber({ coefficient: quotient / 10n + rounding, exponent: -divisionDigits });
}
