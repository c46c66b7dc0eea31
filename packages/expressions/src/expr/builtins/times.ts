import { parseDuration } from "../../golang/duration.ts";
import { parseTime, tryParseTime } from "../../golang/parse-time.ts";
import { timeFromMilliseconds } from "../../golang/time.ts";
import { layouts } from "../../golang/time-layout.ts";
import { loadZone, TimeZone } from "../../golang/time-zone.ts";
import { EvaluationError } from "../../result.ts";
import { requireString } from "../operators.ts";
import { argument, type Builtin, type BuiltinTable } from "./builtin.ts";

const dateLayouts: readonly string[] = [
  "2006-01-02",
  "15:04:05",
  "2006-01-02 15:04:05",
  layouts.rfc3339,
  layouts.rfc822,
  layouts.rfc850,
  layouts.rfc1123,
];

const now: Builtin = (args, context) => {
  const time = timeFromMilliseconds(context.nowMs);
  const zone = argument(args, 0);
  return zone instanceof TimeZone ? time.in(zone) : time;
};

const date: Builtin = (given) => {
  const [first] = given;
  const zone = first instanceof TimeZone ? first : undefined;
  const args = zone === undefined ? given : given.slice(1);
  const text = requireString(argument(args, 0));
  if (args.length === 2) return parseTime(requireString(argument(args, 1)), text, zone);
  if (args.length === 3) {
    return parseTime(requireString(argument(args, 1)), text, loadZone(requireString(argument(args, 2))));
  }
  for (const layout of dateLayouts) {
    const time = tryParseTime(layout, text, zone);
    if (time !== undefined) return time;
  }
  throw new EvaluationError(`invalid date ${text}`);
};

export const timeBuiltins: BuiltinTable = [
  ["now", now],
  ["date", date],
  ["duration", (args) => parseDuration(requireString(argument(args, 0)))],
  ["timezone", (args) => loadZone(requireString(argument(args, 0)))],
];
