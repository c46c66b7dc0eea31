import { tryParseTime } from "../golang/parse-time.ts";
import { layouts } from "../golang/time-layout.ts";

const formats: readonly string[] = [
  layouts.ansic,
  layouts.unixDate,
  layouts.rubyDate,
  layouts.kitchen,
  layouts.rfc3339,
  layouts.rfc3339Nano,
  "2006-01-02",
  "2006-01-02 15:04",
  "2006-01-02 15:04:05",
  "2006-01-02 15:04:05-07:00",
  "2006-01-02T15Z0700",
  "2006-01-02T15:04Z0700",
  "2006-01-02T15:04:05Z0700",
  "2006-01-02T15:04:05.999999999Z0700",
];

/** The Unix seconds of a quoted text that govaluate takes for a time, or undefined for an ordinary string. */
export function parseTimeLiteral(text: string): number | undefined {
  // Every format starts with a digit or a weekday's name and has a colon or a dash: most strings are told at once.
  if (text.length > 80 || !/^[0-9A-Z].*[:-]/i.test(text)) return undefined;
  for (const format of formats) {
    const time = tryParseTime(format, text);
    if (time !== undefined) return time.unixSeconds;
  }
  return undefined;
}
