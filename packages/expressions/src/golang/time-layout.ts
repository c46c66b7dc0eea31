/** A part of a Go reference layout such as "2006-01-02T15:04:05Z07:00". */
export type LayoutPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "field"; readonly field: LayoutField }
  | { readonly type: "fraction"; readonly digits: number; readonly fixed: boolean; readonly separator: string };

export type LayoutField =
  | "January"
  | "Jan"
  | "1"
  | "01"
  | "Monday"
  | "Mon"
  | "2"
  | "_2"
  | "02"
  | "__2"
  | "002"
  | "15"
  | "3"
  | "03"
  | "4"
  | "04"
  | "5"
  | "05"
  | "2006"
  | "06"
  | "PM"
  | "pm"
  | "MST"
  | ZoneField;

export type ZoneField =
  | "Z0700"
  | "Z070000"
  | "Z07"
  | "Z07:00"
  | "Z07:00:00"
  | "-0700"
  | "-070000"
  | "-07"
  | "-07:00"
  | "-07:00:00";

/** Longer fields before their prefixes, so that the first match is the right one. */
const fields: readonly LayoutField[] = [
  "January",
  "Jan",
  "Monday",
  "Mon",
  "MST",
  "002",
  "01",
  "02",
  "03",
  "04",
  "05",
  "06",
  "15",
  "2006",
  "__2",
  "_2",
  "1",
  "2",
  "3",
  "4",
  "5",
  "PM",
  "pm",
  "-070000",
  "-07:00:00",
  "-0700",
  "-07:00",
  "-07",
  "Z070000",
  "Z07:00:00",
  "Z0700",
  "Z07:00",
  "Z07",
];

const fraction = /^([.,])(0+|9+)(?!\d)/;

function fieldAt(layout: string, position: number): LayoutField | undefined {
  // "_2006" is an underscore before a year, not a padded day before "006".
  if (layout.startsWith("_2006", position)) return undefined;
  return fields.find((field) => {
    if (!layout.startsWith(field, position)) return false;
    // "Janet" and "Month" are words, not abbreviated names.
    return (field !== "Jan" && field !== "Mon") || !/^[a-z]/.test(layout.slice(position + 3, position + 4));
  });
}

/** Splits a layout into its fields and the text between them. */
export function parseLayout(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let text = "";
  let position = 0;
  const flush = () => {
    if (text !== "") parts.push({ type: "text", text });
    text = "";
  };
  while (position < layout.length) {
    const run = fraction.exec(layout.slice(position, position + 40));
    if (run !== null) {
      flush();
      const [whole, separator = ".", digits = ""] = run;
      parts.push({ type: "fraction", digits: digits.length, fixed: digits.startsWith("0"), separator });
      position += whole.length;
      continue;
    }
    const field = fieldAt(layout, position);
    if (field === undefined) {
      text += layout[position] ?? "";
      position++;
      continue;
    }
    flush();
    parts.push({ type: "field", field });
    position += field.length;
  }
  flush();
  return parts;
}

export const monthNames: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export const weekdayNames: readonly string[] = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
];

/** The predefined layouts of Go's time package that the expression languages use. */
export const layouts = {
  ansic: "Mon Jan _2 15:04:05 2006",
  unixDate: "Mon Jan _2 15:04:05 MST 2006",
  rubyDate: "Mon Jan 02 15:04:05 -0700 2006",
  rfc822: "02 Jan 06 15:04 MST",
  rfc850: "Monday, 02-Jan-06 15:04:05 MST",
  rfc1123: "Mon, 02 Jan 2006 15:04:05 MST",
  rfc3339: "2006-01-02T15:04:05Z07:00",
  rfc3339Nano: "2006-01-02T15:04:05.999999999Z07:00",
  kitchen: "3:04PM",
  string: "2006-01-02 15:04:05.999999999 -0700 MST",
} as const;
