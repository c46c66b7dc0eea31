const plainText = /^[ !#-[\]-~]*$/;
const printableRune = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

const shortEscapes: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

/** A string as Go's strconv.Quote writes it, without the outer quotes. */
export interface QuotedText {
  readonly text: string;
  /** False when an escape was used that Go knows and JSON does not (\a, \v, \x7f, \U000e0001). */
  readonly isJson: boolean;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function quoteRune(rune: string): string {
  const short = shortEscapes[rune];
  if (short !== undefined) return short;
  const code = rune.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x7f) return rune;
  // A half surrogate cannot exist in Go, whose JSON decoder has already made it a replacement character.
  if (rune.length === 1 && (isHighSurrogate(code) || (code >= 0xdc00 && code <= 0xdfff))) return "\ufffd";
  if (printableRune.test(rune)) return rune;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

function isJsonEscape(quoted: string): boolean {
  return !/^\\[avxU]/.test(quoted);
}

/** Says whether the text is printable ASCII that needs no escape at all: the common case, decided in one pass. */
export function needsNoQuoting(text: string): boolean {
  return plainText.test(text);
}

/** Escapes like Go's strconv.Quote, without the outer quotes. */
export function quoteText(text: string): QuotedText {
  if (plainText.test(text)) return { text, isJson: true };
  const parts: string[] = [];
  let isJson = true;
  for (const rune of text) {
    const quoted = quoteRune(rune);
    if (quoted.length > 1 && !isJsonEscape(quoted)) isJson = false;
    parts.push(quoted);
  }
  return { text: parts.join(""), isJson };
}

/** Quotes like Go's %q. */
export function quote(text: string): string {
  return `"${quoteText(text).text}"`;
}
