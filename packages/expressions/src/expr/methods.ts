import { formatDuration, GoDuration } from "../golang/duration.ts";
import { formatTime, printTime } from "../golang/format-time.ts";
import { daysFromCivil, GoTime, timeFromCivil } from "../golang/time.ts";
import { monthNames, weekdayNames } from "../golang/time-layout.ts";
import { TimeZone, utc } from "../golang/time-zone.ts";
import { EvaluationError } from "../result.ts";
import type { Nature } from "./nature.ts";
import {
  type CallContext,
  ExprFunction,
  type ExprFunctionShape,
  ExprNamedInteger,
  type ExprValue,
  type ParameterType,
} from "./value.ts";

interface Method<Receiver> {
  readonly parameters: readonly ParameterType[];
  readonly call: (receiver: Receiver, args: readonly ExprValue[]) => ExprValue;
}

function requireTime(value: ExprValue | undefined): GoTime {
  if (value instanceof GoTime) return value;
  throw new EvaluationError("reflect: Call using a value that is not a time.Time");
}

function requireDuration(value: ExprValue | undefined): GoDuration {
  if (value instanceof GoDuration) return value;
  throw new EvaluationError("reflect: Call using a value that is not a time.Duration");
}

function requireZone(value: ExprValue | undefined): TimeZone {
  if (value instanceof TimeZone) return value;
  throw new EvaluationError("reflect: Call using a value that is not a *time.Location");
}

const read = <Receiver>(call: (receiver: Receiver) => ExprValue): Method<Receiver> => ({ parameters: [], call });

function addDate(time: GoTime, years: number, months: number, days: number): GoTime {
  const { civil } = time;
  const shifted = { ...civil, year: civil.year + years, month: civil.month + months, day: civil.day + days };
  return timeFromCivil(shifted, time.zone);
}

function isoWeek(time: GoTime): bigint {
  const { year, month, day } = time.civil;
  const days = daysFromCivil(year, month, day);
  const thursday = days - ((time.weekday + 6) % 7) + 3;
  const yearOfThursday = new Date(thursday * 86_400_000).getUTCFullYear();
  return BigInt(Math.floor((thursday - daysFromCivil(yearOfThursday, 1, 1)) / 7) + 1);
}

const timeMethods: ReadonlyMap<string, Method<GoTime>> = new Map<string, Method<GoTime>>([
  ["Year", read((time) => BigInt(time.civil.year))],
  ["Month", read((time) => month(time.civil.month))],
  ["Day", read((time) => BigInt(time.civil.day))],
  ["Hour", read((time) => BigInt(time.civil.hour))],
  ["Minute", read((time) => BigInt(time.civil.minute))],
  ["Second", read((time) => BigInt(time.civil.second))],
  ["Nanosecond", read((time) => BigInt(time.nanosecond))],
  ["Weekday", read((time) => weekday(time.weekday))],
  ["YearDay", read((time) => BigInt(time.dayOfYear))],
  ["ISOWeek", read((time) => isoWeek(time))],
  ["Unix", read((time) => BigInt(time.unixSeconds))],
  ["UnixMilli", read((time) => floorTo(time, 1_000_000n))],
  ["UnixMicro", read((time) => floorTo(time, 1_000n))],
  ["UnixNano", read((time) => BigInt.asIntN(64, time.unixNanoseconds))],
  ["UTC", read((time) => time.in(utc))],
  ["Local", read((time) => time.in(utc))],
  ["IsZero", read((time) => time.unixNanoseconds === -62_135_596_800_000_000_000n)],
  ["String", read((time) => printTime(time))],
  ["Format", { parameters: ["string"], call: (time, [layout]) => formatTime(time, String(layout)) }],
  ["Add", { parameters: ["any"], call: (time, [value]) => time.add(requireDuration(value)) }],
  ["Sub", { parameters: ["time"], call: (time, [value]) => time.since(requireTime(value)) }],
  ["Before", { parameters: ["time"], call: (time, [value]) => compare(time, value) < 0n }],
  ["After", { parameters: ["time"], call: (time, [value]) => compare(time, value) > 0n }],
  ["Equal", { parameters: ["time"], call: (time, [value]) => compare(time, value) === 0n }],
  ["In", { parameters: ["any"], call: (time, [value]) => time.in(requireZone(value)) }],
  [
    "AddDate",
    {
      parameters: ["int", "int", "int"],
      call: (time, [years, months, days]) => addDate(time, Number(years), Number(months), Number(days)),
    },
  ],
  ["Truncate", { parameters: ["any"], call: (time, [value]) => truncateTime(time, requireDuration(value)) }],
]);

const durationMethods: ReadonlyMap<string, Method<GoDuration>> = new Map<string, Method<GoDuration>>([
  ["Hours", read((duration) => Number(duration.nanoseconds) / 3.6e12)],
  ["Minutes", read((duration) => Number(duration.nanoseconds) / 6e10)],
  ["Seconds", read((duration) => Number(duration.nanoseconds) / 1e9)],
  ["Milliseconds", read((duration) => duration.nanoseconds / 1_000_000n)],
  ["Microseconds", read((duration) => duration.nanoseconds / 1_000n)],
  ["Nanoseconds", read((duration) => duration.nanoseconds)],
  ["Abs", read((duration) => new GoDuration(duration.nanoseconds < 0n ? -duration.nanoseconds : duration.nanoseconds))],
  ["String", read((duration) => formatDuration(duration))],
]);

const namedIntegerMethods: ReadonlyMap<string, Method<ExprNamedInteger>> = new Map([
  ["String", read((integer: ExprNamedInteger) => integer.name)],
]);

const zoneMethods: ReadonlyMap<string, Method<TimeZone>> = new Map([["String", read((zone: TimeZone) => zone.name)]]);

function month(value: number): ExprNamedInteger {
  return new ExprNamedInteger("time.Month", BigInt(value), monthNames[value - 1] ?? "");
}

function weekday(value: number): ExprNamedInteger {
  return new ExprNamedInteger("time.Weekday", BigInt(value), weekdayNames[value] ?? "");
}

function floorTo(time: GoTime, unit: bigint): bigint {
  const quotient = time.unixNanoseconds / unit;
  return time.unixNanoseconds % unit < 0n ? quotient - 1n : quotient;
}

function compare(time: GoTime, other: ExprValue | undefined): bigint {
  return time.unixNanoseconds - requireTime(other).unixNanoseconds;
}

// Go truncates since the year 1, which matters for units that do not divide a day.
function truncateTime(time: GoTime, unit: GoDuration): GoTime {
  if (unit.nanoseconds <= 0n) return time;
  const sinceYearOne = time.unixNanoseconds + 62_135_596_800_000_000_000n;
  return new GoTime(time.unixNanoseconds - (sinceYearOne % unit.nanoseconds), time.zone);
}

function bind<Receiver>(
  methods: ReadonlyMap<string, Method<Receiver>>,
  receiver: Receiver,
  name: string,
): ExprFunction | undefined {
  const method = methods.get(name);
  if (method === undefined) return undefined;
  const call = (args: readonly ExprValue[], _context: CallContext) => method.call(receiver, args);
  return new ExprFunction({ name, parameters: method.parameters, variadic: false, returns: "any", call });
}

/** Finds a Go method of a value, bound to it; undefined when its type has none of that name. */
export function fetchMethod(receiver: ExprValue, name: string): ExprFunction | undefined {
  if (receiver instanceof GoTime) return bind(timeMethods, receiver, name);
  if (receiver instanceof GoDuration) return bind(durationMethods, receiver, name);
  if (receiver instanceof ExprNamedInteger) return bind(namedIntegerMethods, receiver, name);
  return receiver instanceof TimeZone ? bind(zoneMethods, receiver, name) : undefined;
}

const methodsByKind: Readonly<Record<string, ReadonlyMap<string, { readonly parameters: readonly ParameterType[] }>>> =
  {
    time: timeMethods,
    duration: durationMethods,
    zone: zoneMethods,
    "named-integer": namedIntegerMethods,
  };

/** The signature of a method of a static type, for the checker. */
export function describeMethod(nature: Nature, name: string): ExprFunctionShape | undefined {
  const method = methodsByKind[nature.kind]?.get(name);
  if (method === undefined) return undefined;
  return { name, parameters: method.parameters, variadic: false, returns: "any", call: () => null };
}
