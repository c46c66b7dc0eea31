const months = [
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
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const two = (value: number): string => String(value).padStart(2, "0");

/** What each character of Argo's strftime gives, of a time in UTC. */
const formats: { readonly [character: string]: (time: Date) => string } = {
  A: (time) => weekdays[time.getUTCDay()] ?? "",
  a: (time) => (weekdays[time.getUTCDay()] ?? "").slice(0, 3),
  B: (time) => months[time.getUTCMonth()] ?? "",
  b: (time) => (months[time.getUTCMonth()] ?? "").slice(0, 3),
  d: (time) => two(time.getUTCDate()),
  H: (time) => two(time.getUTCHours()),
  I: (time) => two(((time.getUTCHours() + 11) % 12) + 1),
  L: (time) => `.${String(time.getUTCMilliseconds()).padStart(3, "0")}`,
  M: (time) => two(time.getUTCMinutes()),
  m: (time) => two(time.getUTCMonth() + 1),
  p: (time) => (time.getUTCHours() < 12 ? "AM" : "PM"),
  S: (time) => two(time.getUTCSeconds()),
  Y: (time) => String(time.getUTCFullYear()),
  y: (time) => two(time.getUTCFullYear() % 100),
  Z: () => "UTC",
  z: () => "+0000",
};

/** `workflow.creationTimestamp.<character>` for every character, by character. */
export function strftimeValues(atMs: number): ReadonlyMap<string, string> {
  const time = new Date(atMs);
  return new Map(Object.entries(formats).map(([character, format]) => [character, format(time)]));
}
