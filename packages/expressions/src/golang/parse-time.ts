import { EvaluationError } from "../result.ts";
import { type CivilTime, daysFromCivil, type GoTime, timeFromCivil } from "./time.ts";
import {
  type LayoutField,
  type LayoutPart,
  monthNames,
  parseLayout,
  weekdayNames,
  type ZoneField,
} from "./time-layout.ts";
import { fixedZone, type TimeZone, utc } from "./time-zone.ts";

/** What the fields of a layout have found so far. */
class Reading {
  rest: string;
  year = 0;
  month = 0;
  day = 0;
  dayOfYear = 0;
  hour = 0;
  minute = 0;
  second = 0;
  nanosecond = 0;
  afternoon: boolean | undefined;
  isUtc = false;
  offsetSeconds: number | undefined;
  zoneName = "";

  constructor(text: string) {
    this.rest = text;
  }

  /** Takes what the pattern (anchored at the start) matches; undefined when it does not match. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    const match = pattern.exec(this.rest);
    if (match === null) return undefined;
    this.rest = this.rest.slice(match[0].length);
    return match;
  }

  takeNumber(pattern: RegExp): number | undefined {
    const match = this.take(pattern);
    return match === undefined ? undefined : Number(match[0]);
  }
}

type FieldReader = (reading: Reading) => boolean;

function readName(names: readonly string[], length?: number): (reading: Reading) => number | undefined {
  return (reading) => {
    const index = names.findIndex((name) => {
      const wanted = length === undefined ? name : name.slice(0, length);
      return reading.rest.slice(0, wanted.length).toLowerCase() === wanted.toLowerCase();
    });
    if (index < 0) return undefined;
    reading.rest = reading.rest.slice(length ?? names[index]?.length ?? 0);
    return index;
  };
}

function into(
  read: (reading: Reading) => number | undefined,
  store: (reading: Reading, value: number) => boolean,
): FieldReader {
  return (reading) => {
    const value = read(reading);
    return value !== undefined && store(reading, value);
  };
}

const number = (pattern: RegExp) => (reading: Reading) => reading.takeNumber(pattern);
const oneOrTwo = /^\d\d?/;
const two = /^\d\d/;
const padded = /^ ?\d\d?/;

const storeMonth = (reading: Reading, value: number) => {
  reading.month = value;
  return value >= 1 && value <= 12;
};
const storeDay = (reading: Reading, value: number) => {
  reading.day = value;
  return true;
};
const storeDayOfYear = (reading: Reading, value: number) => {
  reading.dayOfYear = value;
  return value >= 1;
};
const storeHour = (reading: Reading, value: number) => {
  reading.hour = value;
  return value < 24;
};
const storeHour12 = (reading: Reading, value: number) => {
  reading.hour = value;
  return value <= 12;
};
const storeMinute = (reading: Reading, value: number) => {
  reading.minute = value;
  return value < 60;
};
const storeSecond = (reading: Reading, value: number) => {
  reading.second = value;
  return value < 60;
};
const storeNameIndex = (reading: Reading, value: number) => storeMonth(reading, value + 1);
const ignore = () => true;

const readers: Readonly<Record<Exclude<LayoutField, ZoneField>, FieldReader>> = {
  January: into(readName(monthNames), storeNameIndex),
  Jan: into(readName(monthNames, 3), storeNameIndex),
  "1": into(number(oneOrTwo), storeMonth),
  "01": into(number(two), storeMonth),
  Monday: into(readName(weekdayNames), ignore),
  Mon: into(readName(weekdayNames, 3), ignore),
  "2": into(number(oneOrTwo), storeDay),
  _2: into(number(padded), storeDay),
  "02": into(number(oneOrTwo), storeDay),
  __2: into(number(/^ {0,2}\d{1,3}/), storeDayOfYear),
  "002": into(number(/^\d{3}/), storeDayOfYear),
  "15": into(number(two), storeHour),
  "3": into(number(oneOrTwo), storeHour12),
  "03": into(number(two), storeHour12),
  "4": into(number(oneOrTwo), storeMinute),
  "04": into(number(two), storeMinute),
  "5": into(number(oneOrTwo), storeSecond),
  "05": into(number(two), storeSecond),
  "2006": into(number(/^\d{4}/), (reading, value) => {
    reading.year = value;
    return true;
  }),
  "06": into(number(two), (reading, value) => {
    reading.year = value >= 69 ? value + 1900 : value + 2000;
    return true;
  }),
  PM: readHalf(/^(?:AM|PM)/),
  pm: readHalf(/^(?:am|pm)/),
  MST: readAbbreviation,
};

function readHalf(pattern: RegExp): FieldReader {
  return (reading) => {
    const match = reading.take(pattern);
    if (match === undefined) return false;
    reading.afternoon = match[0].toUpperCase() === "PM";
    return true;
  };
}

function readAbbreviation(reading: Reading): boolean {
  if (reading.take(/^UTC/) !== undefined) {
    reading.isUtc = true;
    return true;
  }
  const match =
    reading.take(/^(?:ChST|MeST|WITA)/) ??
    reading.take(/^GMT(?:[+-]\d\d?)?/) ??
    reading.take(/^[+-]\d\d(?:\d\d)?/) ??
    // Five letters end in ST, four in T (or are one of the exceptions above), and six are no zone.
    reading.take(/^(?:[A-Z]{3}ST(?![A-Z])|[A-Z]{3}T(?![A-Z])|[A-Z]{3}(?![A-Z]))/);
  if (match === undefined) return false;
  reading.zoneName = match[0];
  return true;
}

const zonePatterns: Readonly<Record<string, RegExp>> = {
  "07": /^([+-])(\d\d)/,
  "0700": /^([+-])(\d\d)(\d\d)/,
  "07:00": /^([+-])(\d\d):(\d\d)/,
  "070000": /^([+-])(\d\d)(\d\d)(\d\d)/,
  "07:00:00": /^([+-])(\d\d):(\d\d):(\d\d)/,
};

function readZone(field: ZoneField, reading: Reading): boolean {
  if (field.startsWith("Z") && reading.take(/^Z/) !== undefined) {
    reading.isUtc = true;
    return true;
  }
  const match = reading.take(zonePatterns[field.slice(1)] ?? two);
  if (match === undefined) return false;
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = match;
  if (Number(hours) > 24 || Number(minutes) > 60 || Number(seconds) > 60) return false;
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  reading.offsetSeconds = sign === "-" ? -offset : offset;
  return true;
}

function storeFraction(reading: Reading, digits: string): void {
  reading.nanosecond = Number(digits.slice(0, 9).padEnd(9, "0"));
}

function readPart(part: LayoutPart, next: LayoutPart | undefined, reading: Reading): boolean {
  switch (part.type) {
    case "text":
      return readText(part.text, reading);
    case "fraction": {
      const match = part.fixed ? reading.take(new RegExp(`^[.,](\\d{${part.digits}})`)) : reading.take(/^[.,](\d+)/);
      if (match !== undefined) storeFraction(reading, match[1] ?? "");
      return match !== undefined || !part.fixed;
    }
    case "field": {
      const zone = part.field.startsWith("Z0") || part.field.startsWith("-0");
      if (zone) return readZone(part.field as ZoneField, reading);
      if (!readers[part.field as Exclude<LayoutField, ZoneField>](reading)) return false;
      // A fraction after the seconds is accepted even where the layout has none.
      if ((part.field === "5" || part.field === "05") && next?.type !== "fraction") {
        const match = reading.take(/^[.,](\d+)/);
        if (match !== undefined) storeFraction(reading, match[1] ?? "");
      }
      return true;
    }
  }
}

// Spaces of a layout match any number of spaces, none included.
function readText(text: string, reading: Reading): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text[index] === " ") {
      if (reading.rest !== "" && !reading.rest.startsWith(" ")) return false;
      while (text[index + 1] === " ") index++;
      reading.rest = reading.rest.replace(/^ +/, "");
    } else if (reading.rest[0] === text[index]) {
      reading.rest = reading.rest.slice(1);
    } else return false;
  }
  return true;
}

function daysInMonth(year: number, month: number): number {
  return daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1);
}

function completeDate(reading: Reading): boolean {
  if (reading.dayOfYear > 0) {
    if (reading.dayOfYear > daysFromCivil(reading.year + 1, 1, 1) - daysFromCivil(reading.year, 1, 1)) return false;
    if (reading.month === 0) reading.day = reading.dayOfYear;
  }
  const isOrdinal = reading.dayOfYear > 0 && reading.month === 0;
  const hadDay = reading.day !== 0;
  if (reading.month === 0) reading.month = 1;
  if (!hadDay) reading.day = 1;
  return isOrdinal || reading.day <= daysInMonth(reading.year, reading.month);
}

function timeOf(civil: CivilTime, reading: Reading, zone: TimeZone): GoTime {
  if (reading.isUtc) return timeFromCivil(civil, utc);
  if (reading.offsetSeconds !== undefined) {
    const isUtc = reading.offsetSeconds === 0 && (reading.zoneName === "" || reading.zoneName === "UTC");
    return timeFromCivil(civil, isUtc ? utc : fixedZone(reading.zoneName, reading.offsetSeconds));
  }
  if (reading.zoneName === "") return timeFromCivil(civil, zone);
  // An abbreviation alone fixes no instant: Go reads the clock as UTC and only shows the zone.
  const hours = /^GMT([+-]\d+)$/.exec(reading.zoneName)?.[1];
  return timeFromCivil(civil, utc).in(fixedZone(reading.zoneName, hours === undefined ? 0 : Number(hours) * 3600));
}

/** Parses like Go's time.ParseInLocation; undefined where that fails. */
export function tryParseTime(layout: string, text: string, zone: TimeZone = utc): GoTime | undefined {
  const parts = parseLayout(layout);
  const reading = new Reading(text);
  for (const [index, part] of parts.entries()) {
    if (!readPart(part, parts[index + 1], reading)) return undefined;
  }
  if (reading.rest !== "" || !completeDate(reading)) return undefined;
  if (reading.afternoon === true && reading.hour < 12) reading.hour += 12;
  else if (reading.afternoon === false && reading.hour === 12) reading.hour = 0;
  const { year, month, day, hour, minute, second, nanosecond } = reading;
  const civil: CivilTime = { year, month, day, hour, minute, second, nanosecond };
  return timeOf(civil, reading, zone);
}

/** Parses like Go's time.ParseInLocation, and throws where that returns an error. */
export function parseTime(layout: string, text: string, zone: TimeZone = utc): GoTime {
  const time = tryParseTime(layout, text, zone);
  if (time === undefined) throw new EvaluationError(`parsing time "${text}" as "${layout}": cannot parse`);
  return time;
}
