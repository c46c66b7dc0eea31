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
  readonly abbreviations: readonly Intl.DateTimeFormat[];
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

/** Letters of the zone database for zones that the English locales of Intl only know as an offset. */
const lettersByZone: Readonly<Record<string, string>> = {
  "Asia/Tokyo": "JST",
  "Asia/Seoul": "KST",
  "Asia/Shanghai": "CST",
  "Asia/Taipei": "CST",
  "Asia/Hong_Kong": "HKT",
  "Asia/Manila": "PST",
  "Asia/Jakarta": "WIB",
  "Asia/Karachi": "PKT",
  "Europe/Moscow": "MSK",
  "Africa/Lagos": "WAT",
  "Africa/Nairobi": "EAT",
};

// Each English locale abbreviates the zones of its own part of the world.
function abbreviate(zone: string, formats: readonly Intl.DateTimeFormat[], date: Date, seconds: number): string {
  const names = formats.map((format) => namePart(format, date));
  const name = names.find((candidate) => !/^(?:GMT|UTC)[+-]/.test(candidate)) ?? lettersByZone[zone];
  if (name !== undefined) return name;
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
    return { seconds, abbreviation: abbreviate(name, formats.abbreviations, date, seconds) };
  });
  // The database has some six hundred names, so the cache is bounded by what Intl accepts.
  loaded.set(name, zone);
  return zone;
}

function openFormats(name: string): ZoneFormats {
  try {
    return {
      offset: new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" }),
      abbreviations: ["en-US", "en-GB", "en-IN", "en-AU", "en-NZ", "en-ZA"].map(
        (locale) => new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: "short" }),
      ),
    };
  } catch {
    throw new EvaluationError(`unknown time zone ${name}`);
  }
}
