import { EvaluationError } from "../result.ts";

/** Go's time.Duration: a count of nanoseconds. */
export class GoDuration {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = BigInt.asIntN(64, nanoseconds);
  }
}

const nanosecondsByUnit: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const term = /^(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/;
const longest = 2n ** 63n;

/** Parses like Go's time.ParseDuration. */
export function parseDuration(text: string): GoDuration {
  const invalid = new EvaluationError(`time: invalid duration "${text}"`);
  const sign = /^[+-]/.exec(text)?.[0];
  let rest = sign === undefined ? text : text.slice(1);
  if (rest === "0") return new GoDuration(0n);
  if (rest === "" || text.length > 200) throw invalid;
  let total = 0n;
  while (rest !== "") {
    const match = term.exec(rest);
    if (match === null) throw invalid;
    const [whole, integer = "", fraction = "", unit = ""] = match;
    if (integer === "" && fraction === "") throw invalid;
    const scale = nanosecondsByUnit[unit] ?? 0n;
    total += BigInt(integer === "" ? "0" : integer) * scale;
    if (fraction !== "") total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
    if (total > longest) throw invalid;
    rest = rest.slice(whole.length);
  }
  if (total === longest && sign !== "-") throw invalid;
  return new GoDuration(sign === "-" ? -total : total);
}

function trimFraction(value: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const fraction = String(value % scale)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  const whole = String(value / scale);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** Prints like Go's Duration.String: 1h2m3.5s, 1.5ms, 0s. */
export function formatDuration(duration: GoDuration): string {
  const { nanoseconds } = duration;
  if (nanoseconds === 0n) return "0s";
  const sign = nanoseconds < 0n ? "-" : "";
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${trimFraction(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${trimFraction(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${trimFraction(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`;
}
