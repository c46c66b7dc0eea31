/** The Unix seconds of a quoted text that govaluate takes for a time, or undefined for an ordinary string. */
export function parseTimeLiteral(_text: string): number | undefined {
  return undefined;
}
