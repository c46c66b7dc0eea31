// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
/** What may need a second look; most texts end here. */
const suspicious = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/u;
/** Escape sequences with what belongs to them: control sequences, strings (titles, links, clipboards), and short ones. */
const sequences =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
const color = /^\u001b\[[\d;:]*m$/;
/** Every other control character, and the marks that turn the reading direction. The escape of a colour that stays is one, too. */
const controls = /[^\P{Cc}\t\n\u001b]|\u001b(?!\[[\d;:]*m)|[\u202a-\u202e\u2066-\u2069]/gu;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: see above.

/**
 * A foreign text without anything that would steer a terminal: no moves of the cursor, titles, links or reports. Lines stay lines.
 * Colours stay if asked for.
 */
export function printable(text: string, keepColors = false): string {
  const lines = text.replaceAll("\r\n", "\n");
  if (!suspicious.test(lines)) return lines;
  return lines
    .replace(sequences, (sequence) => (keepColors && color.test(sequence) ? sequence : ""))
    .replace(controls, "\ufffd");
}

/** The same in one line. */
export function printableLine(text: string): string {
  return printable(text.replace(/\s+/g, " "));
}
