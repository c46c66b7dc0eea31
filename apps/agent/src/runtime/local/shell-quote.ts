/** The text as one word of a POSIX shell. A NUL byte cannot be in an argument, so it is dropped. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("\0", "").replaceAll("'", "'\\''")}'`;
}
