import { fail, ok, type Result } from "./result.ts";

const unitMs: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** The longest duration that Go can hold, in ms: 2⁶³−1 ns. Longer ones are errors, as in Argo. */
export const goDurationMaxMs = 9_223_372_036_854.775;

/** Parses Go's duration syntax ("1h30m", "-1.5s", "0"); the error has Go's wording. */
export function parseGoDuration(text: string): Result<number> {
  const invalid = fail(`time: invalid duration ${JSON.stringify(text)}`);
  const sign = text.startsWith("-") ? -1 : 1;
  let rest = text.startsWith("-") || text.startsWith("+") ? text.slice(1) : text;
  if (rest === "0") return ok(0);
  if (rest === "") return invalid;
  let total = 0;
  while (rest !== "") {
    const number = /^(\d+(?:\.\d*)?|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) return invalid;
    rest = rest.slice(number.length);
    const unit = /^[^\d.]+/.exec(rest)?.[0];
    if (unit === undefined) return fail(`time: missing unit in duration ${JSON.stringify(text)}`);
    const factor = unitMs[unit];
    if (factor === undefined) {
      return fail(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    }
    rest = rest.slice(unit.length);
    total += Number(number) * factor;
    if (total > goDurationMaxMs) return invalid;
  }
  return ok(sign * total);
}

/** Parses a duration as Argo's fields take it: a whole number is seconds, anything else is Go's syntax. In ms. */
export function parseDurationMs(text: string): Result<number> {
  if (/^[+-]?\d+$/.test(text)) return ok(Number(text) * 1_000);
  const parsed = parseGoDuration(text);
  return parsed.ok ? parsed : fail(`unable to parse ${text} as a duration: ${parsed.error}`);
}

/** Writes a duration as Go does ("1m30s", "1.5s", "20ms", "0s"). */
export function formatGoDuration(durationMs: number): string {
  if (durationMs === 0) return "0s";
  const sign = durationMs < 0 ? "-" : "";
  const ms = durationMs < 0 ? -durationMs : durationMs;
  if (ms < 1e-3) return `${sign}${trimNumber(ms * 1e6)}ns`;
  if (ms < 1) return `${sign}${trimNumber(ms * 1e3)}µs`;
  if (ms < 1_000) return `${sign}${trimNumber(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = trimNumber((ms - (hours * 60 + minutes) * 60_000) / 1_000);
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}

function trimNumber(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, "");
}

const secondsOf = { minute: 60, hour: 3_600, day: 86_400, week: 604_800, month: 2_592_000, year: 31_536_000 } as const;
const longTimeSeconds = 37 * secondsOf.year;

/** Writes a duration for people, with at most two units, as Argo's messages have it ("1 minute 30 seconds"). */
export function formatHumanDuration(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1_000);
  const head = largestUnit(seconds);
  if (seconds < secondsOf.minute) return head;
  if (seconds < secondsOf.hour) return `${head} ${seconds % 60} seconds`;
  if (seconds < secondsOf.day) return `${head} ${Math.floor(seconds / 60) % 60} minutes`;
  return `${head} ${Math.floor(seconds / 3_600) % 24} hours`;
}

function largestUnit(seconds: number): string {
  if (seconds < 1) return "0 seconds";
  if (seconds >= longTimeSeconds) return "a long while";
  if (seconds >= 1.5 * secondsOf.year && seconds < 2 * secondsOf.year) return "2 years";
  const units = [
    ["year", secondsOf.year],
    ["month", secondsOf.month],
    ["week", secondsOf.week],
    ["day", secondsOf.day],
    ["hour", secondsOf.hour],
    ["minute", secondsOf.minute],
  ] as const;
  for (const [name, size] of units) {
    if (seconds >= size) return count(Math.floor(seconds / size), name);
  }
  return count(seconds, "second");
}

function count(amount: number, unit: string): string {
  return amount === 1 ? `1 ${unit}` : `${amount} ${unit}s`;
}
