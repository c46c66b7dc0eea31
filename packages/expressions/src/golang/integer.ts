const smallestInt64 = -(2n ** 63n);

/** Wraps to 64 bits, as Go's int arithmetic does. */
export function wrapInt(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** Converts like Go's int(float64) on amd64: truncates, and gives the smallest integer outside the range. */
export function floatToInt(value: number): bigint {
  if (!(value >= -(2 ** 63) && value < 2 ** 63)) return smallestInt64;
  return BigInt(Math.trunc(value));
}

/** Parses like Go's strconv.ParseInt(text, 10, 64); undefined where that fails. */
export function parseDecimalInt(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text) || text.length > 400) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return value === wrapInt(value) ? value : undefined;
}

const decimalFloat = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const hexadecimalFloat = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;

/** Parses like Go's strconv.ParseFloat(text, 64); undefined where that fails, overflow included. */
export function parseFloat64(text: string): number | undefined {
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(text);
  if (special !== null) return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const hexadecimal = hexadecimalFloat.exec(text);
  if (hexadecimal !== null) return parseHexadecimal(hexadecimal);
  // An underscore may stand between digits, as in Go's literals.
  if (/(?:^|\D)_|_(?:\D|$)/.test(text)) return undefined;
  const plain = text.replaceAll("_", "");
  if (!decimalFloat.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function parseHexadecimal(match: RegExpExecArray): number | undefined {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(`0x${whole}${fraction}`);
  const value = Number(digits) * 2 ** (Number(exponent) - 4 * fraction.length);
  if (!Number.isFinite(value)) return undefined;
  return sign === "-" ? -value : value;
}
