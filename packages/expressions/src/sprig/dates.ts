import type { CallContext, ExprValue } from "../expr/value.ts";
import { formatDuration, GoDuration, parseDuration } from "../golang/duration.ts";
import { formatTime } from "../golang/format-time.ts";
import { parseTime } from "../golang/parse-time.ts";
import { GoTime, timeFromMilliseconds } from "../golang/time.ts";
import { loadZone, type TimeZone, utc } from "../golang/time-zone.ts";
import { EvaluationError } from "../result.ts";
import { define, type SprigEntry, text } from "./define.ts";
import { roundToUnit } from "./numbers.ts";

const second = 1_000_000_000n;
/** Go's zero time: the first instant of the year 1. */
const zeroTime = new GoTime(-62_135_596_800n * second, utc);

function orElse<T>(body: () => T, fallback: T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof EvaluationError) return fallback;
    throw error;
  }
}

/** A time, Unix seconds, or (for anything else) now. */
function toTime(value: ExprValue | undefined, context: CallContext): GoTime {
  if (value instanceof GoTime) return value;
  if (typeof value === "bigint") return new GoTime(value * second, utc);
  return timeFromMilliseconds(context.nowMs);
}

function zoneOrUtc(name: string): TimeZone {
  return orElse(() => loadZone(name), utc);
}

function requireTime(value: ExprValue | undefined): GoTime {
  return value instanceof GoTime ? value : zeroTime;
}

function dateInZone(name: string): SprigEntry {
  return define(name, ["string", "any", "string"], ([layout, value, zone], context) =>
    formatTime(toTime(value, context).in(zoneOrUtc(text(zone))), text(layout)),
  );
}

function dateModify(name: string): SprigEntry {
  return define(name, ["string", "time"], ([offset, value]) =>
    orElse(() => requireTime(value).add(parseDuration(text(offset))), requireTime(value)),
  );
}

function mustDateModify(name: string): SprigEntry {
  return define(name, ["string", "time"], ([offset, value]) => requireTime(value).add(parseDuration(text(offset))));
}

function secondsOf(value: ExprValue | undefined): bigint {
  if (typeof value === "bigint") return value;
  return typeof value === "string" && /^[+-]?\d{1,18}$/.test(value) ? BigInt(value.replace("+", "")) : 0n;
}

const roundUnits: readonly (readonly [string, bigint])[] = [
  ["y", 365n * 86_400n * second],
  ["mo", 30n * 86_400n * second],
  ["d", 86_400n * second],
  ["h", 3_600n * second],
  ["m", 60n * second],
  ["s", second],
];

function durationRound(value: ExprValue | undefined, context: CallContext): string {
  let nanoseconds = 0n;
  if (typeof value === "string") nanoseconds = orElse(() => parseDuration(value), new GoDuration(0n)).nanoseconds;
  else if (typeof value === "bigint") nanoseconds = value;
  else if (value instanceof GoTime) nanoseconds = timeFromMilliseconds(context.nowMs).since(value).nanoseconds;
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const unit = roundUnits.find(([, length]) => size > length);
  return unit === undefined ? "0s" : `${size / unit[1]}${unit[0]}`;
}

function ago(value: ExprValue | undefined, context: CallContext): string {
  const age = timeFromMilliseconds(context.nowMs).since(toTime(value, context)).nanoseconds;
  return formatDuration(new GoDuration(roundToUnit(age, second)));
}

export const dateFunctions: readonly SprigEntry[] = [
  define("now", [], (_args, context) => timeFromMilliseconds(context.nowMs)),
  define("date", ["string", "any"], ([layout, value], context) =>
    formatTime(toTime(value, context).in(utc), text(layout)),
  ),
  dateInZone("dateInZone"),
  dateInZone("date_in_zone"),
  dateModify("dateModify"),
  dateModify("date_modify"),
  mustDateModify("mustDateModify"),
  mustDateModify("must_date_modify"),
  define("htmlDate", ["any"], ([value], context) => formatTime(toTime(value, context).in(utc), "2006-01-02")),
  define("htmlDateInZone", ["any", "string"], ([value, zone], context) =>
    formatTime(toTime(value, context).in(zoneOrUtc(text(zone))), "2006-01-02"),
  ),
  define("toDate", ["string", "string"], ([layout, value]) =>
    orElse(() => parseTime(text(layout), text(value)), zeroTime),
  ),
  define("mustToDate", ["string", "string"], ([layout, value]) => parseTime(text(layout), text(value))),
  define("unixEpoch", ["time"], ([value]) => String(requireTime(value).unixSeconds)),
  define("duration", ["any"], ([value]) => formatDuration(new GoDuration(secondsOf(value) * second))),
  define("durationRound", ["any"], ([value], context) => durationRound(value, context)),
  define("ago", ["any"], ([value], context) => ago(value, context)),
];
