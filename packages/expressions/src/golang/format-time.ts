import type { GoTime } from "./time.ts";
import {
  type LayoutField,
  type LayoutPart,
  layouts,
  monthNames,
  parseLayout,
  weekdayNames,
  type ZoneField,
} from "./time-layout.ts";

const two = (value: number) => String(value).padStart(2, "0");
const twelve = (hour: number) => (hour % 12 === 0 ? 12 : hour % 12);

function formatYear(year: number): string {
  return year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
}

function formatZone(field: ZoneField, seconds: number): string {
  if (field.startsWith("Z") && seconds === 0) return "Z";
  const sign = seconds < 0 ? "-" : "+";
  const size = Math.abs(seconds);
  const hours = two(Math.floor(size / 3600));
  const minutes = two(Math.floor((size % 3600) / 60));
  const separator = field.includes(":") ? ":" : "";
  switch (field.slice(1).replaceAll(":", "")) {
    case "07":
      return sign + hours;
    case "0700":
      return sign + hours + separator + minutes;
    default:
      return sign + hours + separator + minutes + separator + two(size % 60);
  }
}

function formatAbbreviation(time: GoTime): string {
  const { abbreviation, seconds } = time.offset;
  if (abbreviation !== "") return abbreviation;
  return formatZone("-0700", seconds);
}

function formatField(field: LayoutField, time: GoTime): string {
  const { year, month, day, hour, minute, second } = time.civil;
  switch (field) {
    case "January":
      return monthNames[month - 1] ?? "";
    case "Jan":
      return (monthNames[month - 1] ?? "").slice(0, 3);
    case "1":
      return String(month);
    case "01":
      return two(month);
    case "Monday":
      return weekdayNames[time.weekday] ?? "";
    case "Mon":
      return (weekdayNames[time.weekday] ?? "").slice(0, 3);
    case "2":
      return String(day);
    case "_2":
      return String(day).padStart(2, " ");
    case "02":
      return two(day);
    case "__2":
      return String(time.dayOfYear).padStart(3, " ");
    case "002":
      return String(time.dayOfYear).padStart(3, "0");
    case "15":
      return two(hour);
    case "3":
      return String(twelve(hour));
    case "03":
      return two(twelve(hour));
    case "4":
      return String(minute);
    case "04":
      return two(minute);
    case "5":
      return String(second);
    case "05":
      return two(second);
    case "2006":
      return formatYear(year);
    case "06":
      return two(((year % 100) + 100) % 100);
    case "PM":
      return hour >= 12 ? "PM" : "AM";
    case "pm":
      return hour >= 12 ? "pm" : "am";
    case "MST":
      return formatAbbreviation(time);
    default:
      return formatZone(field, time.offset.seconds);
  }
}

function formatFraction(nanosecond: number, digits: number, fixed: boolean, separator: string): string {
  const text = String(nanosecond).padStart(9, "0").slice(0, Math.min(digits, 9)).padEnd(digits, "0");
  if (fixed) return separator + text;
  const trimmed = text.replace(/0+$/, "");
  return trimmed === "" ? "" : separator + trimmed;
}

function formatPart(part: LayoutPart, time: GoTime): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "field":
      return formatField(part.field, time);
    case "fraction":
      return formatFraction(time.nanosecond, part.digits, part.fixed, part.separator);
  }
}

/** Formats like Go's Time.Format. */
export function formatTime(time: GoTime, layout: string): string {
  return parseLayout(layout)
    .map((part) => formatPart(part, time))
    .join("");
}

/** Prints like Go's Time.String (without the monotonic clock reading that now() carries there). */
export function printTime(time: GoTime): string {
  return formatTime(time, layouts.string);
}
