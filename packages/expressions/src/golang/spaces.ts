const spaceExpression = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const outerSpaces =
  /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

/** Says whether Go's unicode.IsSpace accepts the character (JavaScript also counts U+FEFF, and not U+0085). */
export function isSpace(character: string): boolean {
  return spaceExpression.test(character);
}

/** Trims like Go's strings.TrimSpace. */
export function trimSpace(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  if (first > 32 && first < 127 && last > 32 && last < 127) return text;
  return text.replace(outerSpaces, "");
}
