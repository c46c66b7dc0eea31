function splitShortest(value: number): { readonly digits: string; readonly exponent: number } {
  const [mantissa = "0", exponent = "0"] = Math.abs(value).toExponential().split("e");
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

function inExponentForm(sign: string, digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const magnitude = String(Math.abs(exponent)).padStart(2, "0");
  return `${sign}${digits[0] ?? "0"}${fraction}e${exponent < 0 ? "-" : "+"}${magnitude}`;
}

function inDecimalForm(sign: string, digits: string, exponent: number): string {
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits + "0".repeat(exponent + 1 - digits.length);
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function nameSpecial(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return undefined;
}

/** Formats like Go's %v of a float64: shortest digits, exponent form below 1e-4 and from a million on. */
export function formatFloat(value: number): string {
  const special = nameSpecial(value);
  if (special !== undefined) return special;
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const { digits, exponent } = splitShortest(value);
  if (exponent < -4 || exponent >= 6) return inExponentForm(sign, digits, exponent);
  return inDecimalForm(sign, digits, exponent);
}

/** Formats like Go's strconv.FormatFloat(value, 'f', -1, 64): never an exponent. */
export function formatFloatPlain(value: number): string {
  const special = nameSpecial(value);
  if (special !== undefined) return special;
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const { digits, exponent } = splitShortest(value);
  return inDecimalForm(sign, digits, exponent);
}

/** Formats like Go's encoding/json: exponent form below 1e-6 and from 1e21 on, exponents without a leading zero. */
export function formatFloatAsJson(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const { digits, exponent } = splitShortest(value);
  if (value !== 0 && (exponent < -6 || exponent >= 21)) {
    return inExponentForm(sign, digits, exponent).replace(/e-0(\d)$/, "e-$1");
  }
  return inDecimalForm(sign, digits, exponent);
}
