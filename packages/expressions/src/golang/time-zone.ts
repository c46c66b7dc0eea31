import { EvaluationError } from "../result.ts";

export interface ZoneOffset {
  /** Seconds east of UTC. */
  readonly seconds: number;
  readonly abbreviation: string;
}

/** Go's time.Location: a name and the offset in force at any instant. */
export class TimeZone {
  readonly name: string;
  readonly offsetAt: (unixSeconds: number) => ZoneOffset;

  constructor(name: string, offsetAt: (unixSeconds: number) => ZoneOffset) {
    this.name = name;
    this.offsetAt = offsetAt;
  }
}

const utcOffset: ZoneOffset = { seconds: 0, abbreviation: "UTC" };
export const utc = new TimeZone("UTC", () => utcOffset);

/** A zone with one offset, as Go makes for a time whose text names only an offset or an abbreviation. */
export function fixedZone(abbreviation: string, seconds: number): TimeZone {
  const offset = { seconds, abbreviation };
  return new TimeZone(abbreviation, () => offset);
}

interface ZoneFormats {
  readonly offset: Intl.DateTimeFormat;
  readonly abbreviation: Intl.DateTimeFormat;
}

function readOffset(text: string): number {
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (match === null || match[1] === undefined) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  return match[1] === "-" ? -seconds : seconds;
}

function namePart(format: Intl.DateTimeFormat, date: Date): string {
  return format.formatToParts(date).find((part) => part.type === "timeZoneName")?.value ?? "";
}

// Intl abbreviates zones outside America as GMT+9, where Go has the zone database's letters or numerals.
function abbreviate(formats: ZoneFormats, date: Date, seconds: number): string {
  const name = namePart(formats.abbreviation, date);
  if (!/^GMT[+-]/.test(name)) return name;
  const sign = seconds < 0 ? "-" : "+";
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const hours = String(Math.floor(minutes / 60)).padStart(2, "0");
  return minutes % 60 === 0 ? sign + hours : sign + hours + String(minutes % 60).padStart(2, "0");
}

const loaded = new Map<string, TimeZone>();

/** Finds a zone of the IANA database by its name, as Go's time.LoadLocation. */
export function loadZone(name: string): TimeZone {
  if (name === "" || name === "UTC") return utc;
  if (name === "Local") return new TimeZone("Local", () => utcOffset);
  const known = loaded.get(name);
  if (known !== undefined) return known;
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) throw new EvaluationError(`unknown time zone ${name}`);
  const formats = openFormats(name);
  const zone = new TimeZone(name, (unixSeconds) => {
    const date = new Date(unixSeconds * 1000);
    if (Number.isNaN(date.getTime())) return utcOffset;
    const seconds = readOffset(namePart(formats.offset, date));
    return { seconds, abbreviation: abbreviate(formats, date, seconds) };
  });
  // The database has some six hundred names, so the cache is bounded by what Intl accepts.
  loaded.set(name, zone);
  return zone;
}

function openFormats(name: string): ZoneFormats {
  try {
    return {
      offset: new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" }),
      abbreviation: new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "short" }),
    };
  } catch {
    throw new EvaluationError(`unknown time zone ${name}`);
  }
}
