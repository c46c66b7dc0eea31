import { encodeUtf8 } from "../golang/text.ts";

const simpleEscapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

const escapeSequence =
  /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]?))/g;

// Only the quote that encloses the literal may be escaped in it.
function isOtherQuote(escaped: string, quote: string): boolean {
  return (escaped === "'" || escaped === '"') && escaped !== quote;
}

function codePoint(code: number): string | undefined {
  if (code > 0x10ffff) return undefined;
  // Go encodes half of a surrogate pair as a replacement character.
  return code >= 0xd800 && code <= 0xdfff ? "\ufffd" : String.fromCodePoint(code);
}

/** Undoes the escapes of a quoted literal's inside; undefined when one of them is not known. */
export function unescapeText(inside: string, quote: string): string | undefined {
  let failed = false;
  const text = inside
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n")
    .replace(escapeSequence, (_, simple, hex, braced, short, long, octal) => {
      if (simple !== undefined) {
        if (isOtherQuote(simple, quote)) failed = true;
        return simpleEscapes[simple] ?? "";
      }
      const digits: string | undefined = hex ?? braced ?? short ?? long;
      const value = digits !== undefined ? Number.parseInt(digits, 16) : Number.parseInt(octal ?? "", 8);
      const rune = Number.isNaN(value) ? undefined : codePoint(value);
      if (rune === undefined) failed = true;
      return rune ?? "";
    });
  return failed ? undefined : text;
}

/** Undoes the escapes of a bytes literal's inside, where \xff is one byte. */
export function unescapeBytes(inside: string, quote: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let last = 0;
  const normal = inside.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  for (const match of normal.matchAll(escapeSequence)) {
    const [whole, simple, hex, , , , octal] = match;
    bytes.push(...encodeUtf8(normal.slice(last, match.index)));
    last = match.index + whole.length;
    if (simple !== undefined && isOtherQuote(simple, quote)) return undefined;
    if (simple !== undefined) bytes.push((simpleEscapes[simple] ?? "").charCodeAt(0));
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 255);
    else return undefined;
  }
  bytes.push(...encodeUtf8(normal.slice(last)));
  return Uint8Array.from(bytes);
}
