const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const ascii = /^[\0-\x7f]*$/;

/** Says whether UTF-8 bytes and UTF-16 units coincide, which makes byte offsets cheap. */
export function isAscii(text: string): boolean {
  return ascii.test(text);
}

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Decodes like Go prints: what is not UTF-8 becomes a replacement character. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The length in bytes, as Go's len() of a string. */
export function byteLength(text: string): number {
  return isAscii(text) ? text.length : encoder.encode(text).length;
}

/** Cuts by byte offsets, as Go's text[from:to]. A rune that is cut in two becomes replacement characters. */
export function sliceBytes(text: string, from: number, to: number): string {
  if (isAscii(text)) return text.slice(from, to);
  return decoder.decode(encoder.encode(text).subarray(from, to));
}

/** The number of runes. */
export function runeLength(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Maps each rune by itself, like Go: "ß" has no single upper-case rune and stays. */
function mapRunes(text: string, map: (rune: string) => string): string {
  return Array.from(text, (rune) => {
    const mapped = map(rune);
    return [...mapped].length === 1 ? mapped : rune;
  }).join("");
}

/** Go's strings.ToUpper. */
export function toUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapRunes(text, (rune) => rune.toUpperCase());
}

/** Go's strings.ToLower. */
export function toLower(text: string): string {
  // The dotted capital I is the one letter whose simple lower case JavaScript does not give.
  return isAscii(text) ? text.toLowerCase() : mapRunes(text.replaceAll("\u0130", "i"), (rune) => rune.toLowerCase());
}

/** Orders by code points, which is the order of Go's strings (UTF-16 units order some pairs differently). */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    const aIsSurrogate = a >= 0xd800 && a <= 0xdfff;
    const bIsSurrogate = b >= 0xd800 && b <= 0xdfff;
    // Surrogates stand for code points above all other units.
    if (aIsSurrogate !== bIsSurrogate) return aIsSurrogate ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
}
