const descriptors = new Set(["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]);
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

interface FieldRule {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names that stand for numbers, the first for `min`. */
  readonly names?: readonly string[];
}

const fields: readonly FieldRule[] = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of the month", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: months },
  { name: "day of the week", min: 0, max: 6, names: days },
];

/** What is wrong with a schedule of five fields or a descriptor; undefined when nothing is. */
export function scheduleMistake(schedule: string): string | undefined {
  let text = schedule.trim();
  const zone = /^(?:TZ|CRON_TZ)=(\S+)\s+/.exec(text);
  if (zone !== null) text = text.slice(zone[0].length);
  if (text === "") return "is empty";
  if (text.startsWith("@")) return descriptorMistake(text);
  const parts = text.split(/\s+/);
  if (parts.length !== fields.length)
    return `has ${parts.length} fields; it needs 5: minute, hour, day, month, weekday`;
  for (const [index, rule] of fields.entries()) {
    const part = parts[index] ?? "";
    for (const range of part.split(",")) {
      if (!isRange(range, rule))
        return `has ${JSON.stringify(part)} as its ${rule.name}, which goes from ${rule.min} to ${rule.max}`;
    }
  }
  return undefined;
}

function descriptorMistake(text: string): string | undefined {
  if (descriptors.has(text)) return undefined;
  const every = /^@every\s+(\S+)$/.exec(text)?.[1];
  if (every === undefined) return `is unknown: use one of ${[...descriptors].join(", ")} or @every with a duration`;
  return /^([\d.]+(ns|us|µs|ms|s|m|h))+$/.test(every)
    ? undefined
    : `has ${JSON.stringify(every)}, which is no duration`;
}

function isRange(text: string, rule: FieldRule): boolean {
  const [range = "", step, more] = text.split("/");
  if (more !== undefined || (step !== undefined && !(Number(step) > 0 && /^\d+$/.test(step)))) return false;
  if (range === "*" || range === "?") return true;
  const [from = "", to, rest] = range.split("-");
  const low = numberIn(from, rule);
  const high = to === undefined ? low : numberIn(to, rule);
  return rest === undefined && low !== undefined && high !== undefined && low <= high;
}

function numberIn(text: string, rule: FieldRule): number | undefined {
  const named = rule.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + rule.min;
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= rule.min && value <= rule.max ? value : undefined;
}
