import { isSpace } from "../golang/spaces.ts";
import { define, integer, type SprigEntry, text } from "./define.ts";

const isUpper = (rune: string) => /^\p{Lu}$/u.test(rune);
const isLower = (rune: string) => /^\p{Ll}$/u.test(rune);
const isNumber = (rune: string) => /^\p{N}$/u.test(rune);
const isPunctuation = (rune: string) => /^\p{P}$/u.test(rune);
// Ideographs have no case and no word boundaries that a converter could see.
const isAlphabet = (rune: string) => /^\p{L}$/u.test(rune) && !/^\p{Script=Han}$/u.test(rune);
const isConnector = (rune: string) => rune === "-" || rune === "_" || isSpace(rune);

type WordKind = "none" | "number" | "upper" | "alphabet" | "connector" | "punctuation" | "other";

interface Word {
  readonly kind: WordKind;
  readonly runes: readonly string[];
}

function runLength(runes: readonly string[], start: number, accepts: (rune: string) => boolean): number {
  let end = start;
  while (end < runes.length && accepts(runes[end] ?? "")) end++;
  return end;
}

const isLowerPart = (rune: string) => isAlphabet(rune) && !isUpper(rune);

function endOfUpperWord(runes: readonly string[], start: number): number {
  const next = runes[start + 1];
  if (next === undefined) return start + 1;
  if (isUpper(next)) {
    const end = runLength(runes, start, isUpper);
    // In "HTTPStatus" the S belongs to the next word.
    return end < runes.length && isAlphabet(runes[end] ?? "") ? end - 1 : end;
  }
  return runLength(runes, start + 1, isLowerPart);
}

function splitWords(value: string): Word[] {
  const runes = [...value];
  const words: Word[] = [];
  for (let start = 0; start < runes.length; ) {
    const { kind, end } = readWord(runes, start);
    words.push({ kind, runes: runes.slice(start, end) });
    start = end;
  }
  return words;
}

function readWord(runes: readonly string[], start: number): { readonly kind: WordKind; readonly end: number } {
  const first = runes[start] ?? "";
  if (isConnector(first)) return { kind: "connector", end: runLength(runes, start, isConnector) };
  if (isPunctuation(first)) return { kind: "punctuation", end: runLength(runes, start, isPunctuation) };
  if (isUpper(first)) return { kind: "upper", end: endOfUpperWord(runes, start) };
  if (isAlphabet(first)) return { kind: "alphabet", end: runLength(runes, start + 1, isLowerPart) };
  if (isNumber(first)) return { kind: "number", end: runLength(runes, start, isNumber) };
  const isOther = (rune: string) => !(isConnector(rune) || isAlphabet(rune) || isNumber(rune) || isPunctuation(rune));
  return { kind: "other", end: runLength(runes, start + 1, isOther) };
}

const noWord: Word = { kind: "none", runes: [] };
const joinsNumber = (kind: WordKind) => kind === "alphabet" || kind === "number";
const separates = (kind: WordKind) => kind === "connector" || kind === "punctuation";

/** Writes words in lower case, joined by a connector, with the xstrings library's treatment of digits. */
class CaseWriter {
  readonly #words: readonly Word[];
  readonly #connector: string;
  readonly #parts: string[] = [];
  #index = 0;

  constructor(words: readonly Word[], connector: string) {
    this.#words = words;
    this.#connector = connector;
  }

  #current(): Word {
    return this.#words[this.#index] ?? noWord;
  }

  write(): string {
    while (this.#index < this.#words.length - 1) {
      const previous = this.#current();
      if (previous.kind !== "connector") this.#writeWord(previous);
      this.#index++;
      this.#writeBoundary(previous);
    }
    this.#writeWord(this.#current());
    return this.#parts.join("");
  }

  #writeWord(word: Word): void {
    const changes = word.kind === "upper" || word.kind === "connector";
    for (const rune of word.runes) {
      if (!changes) this.#parts.push(rune);
      else this.#parts.push(isConnector(rune) ? this.#connector : rune.toLowerCase());
    }
  }

  #takeJoined(): void {
    while (joinsNumber(this.#current().kind)) {
      this.#writeWord(this.#current());
      this.#index++;
    }
    if (this.#current().kind !== "none" && !separates(this.#current().kind)) this.#parts.push(this.#connector);
  }

  #writeBoundary(previous: Word): void {
    if (previous.kind === "number") this.#takeJoined();
    else if (previous.kind === "connector") this.#writeWord(previous);
    else if (previous.kind !== "punctuation") this.#writeAfterLetters();
  }

  #writeAfterLetters(): void {
    if (this.#current().kind !== "number") {
      if (!separates(this.#current().kind)) this.#parts.push(this.#connector);
      return;
    }
    if (this.#index >= this.#words.length - 1) return;
    const digits = this.#current();
    this.#index++;
    if (this.#current().kind === "alphabet") {
      // Lower case letters after digits make the digits a word of their own: HTTP2xx, http_2xx.
      this.#parts.push(this.#connector);
      this.#writeWord(digits);
      this.#takeJoined();
      return;
    }
    this.#writeWord(digits);
    if (!separates(this.#current().kind)) this.#parts.push(this.#connector);
  }
}

function toPascalCase(value: string): string {
  const runes = [...value];
  const start = runLength(runes, 0, isConnector);
  if (start >= runes.length) return value;
  const parts = runes.slice(0, start);
  let current = (runes[start] ?? "").toUpperCase();
  let lowers = isUpper(runes[start] ?? "");
  for (const rune of runes.slice(start + 1)) {
    const previous = current;
    current = rune;
    if (isConnector(rune) && isConnector(previous)) {
      parts.push(previous);
      continue;
    }
    if (isConnector(previous)) {
      lowers = isUpper(rune);
      current = rune.toUpperCase();
      continue;
    }
    if (lowers) {
      if (isUpper(rune)) current = rune.toLowerCase();
      else lowers = false;
    }
    parts.push(previous);
  }
  return parts.join("") + current;
}

function wrap(value: string, width: number, newline: string, breaksWords: boolean): string {
  const line = newline === "" ? "\n" : newline;
  const size = Math.max(width, 1);
  const parts: string[] = [];
  let offset = 0;
  while (value.length - offset > size) {
    if (value[offset] === " ") {
      offset++;
      continue;
    }
    const space = value.slice(offset, offset + size + 1).lastIndexOf(" ");
    if (space >= 0) {
      parts.push(value.slice(offset, offset + space), line);
      offset += space + 1;
    } else if (breaksWords) {
      parts.push(value.slice(offset, offset + size), line);
      offset += size;
    } else {
      const next = value.indexOf(" ", offset + size);
      if (next < 0) break;
      parts.push(value.slice(offset, next), line);
      offset = next + 1;
    }
  }
  return parts.join("") + value.slice(offset);
}

function changeFirstLetters(value: string, change: (rune: string) => string): string {
  let startsWord = true;
  return Array.from(value, (rune) => {
    const changed = startsWord && !isSpace(rune) ? change(rune) : rune;
    startsWord = isSpace(rune);
    return changed;
  }).join("");
}

function initials(value: string): string {
  return (value.match(/(?:^|[\s\u0085])[^\s\u0085]/gu) ?? []).map((match) => match.trim()).join("");
}

function swapCase(value: string): string {
  let afterSpace = true;
  return Array.from(value, (rune) => {
    if (isUpper(rune) || /^\p{Lt}$/u.test(rune)) {
      afterSpace = false;
      return rune.toLowerCase();
    }
    if (isLower(rune)) {
      afterSpace = false;
      return rune.toUpperCase();
    }
    afterSpace = isSpace(rune) || afterSpace;
    return rune;
  }).join("");
}

// Go's strings.Title starts a word after anything that is no letter, digit or underscore.
function title(value: string): string {
  let startsWord = true;
  return Array.from(value, (rune) => {
    const changed = startsWord ? rune.toUpperCase() : rune;
    startsWord = rune.length === 1 && rune.charCodeAt(0) < 128 ? !/^[A-Za-z0-9_]$/.test(rune) : isSpace(rune);
    return changed;
  }).join("");
}

export const wordFunctions: readonly SprigEntry[] = [
  define("title", ["string"], ([value]) => title(text(value))),
  define("untitle", ["string"], ([value]) => changeFirstLetters(text(value), (rune) => rune.toLowerCase())),
  define("swapcase", ["string"], ([value]) => swapCase(text(value))),
  define("initials", ["string"], ([value]) => initials(text(value))),
  define("snakecase", ["string"], ([value]) => new CaseWriter(splitWords(text(value)), "_").write()),
  define("kebabcase", ["string"], ([value]) => new CaseWriter(splitWords(text(value)), "-").write()),
  define("camelcase", ["string"], ([value]) => toPascalCase(text(value))),
  define("wrap", ["int", "string"], ([width, value]) => wrap(text(value), integer(width), "", false)),
  define("wrapWith", ["int", "string", "string"], ([width, newline, value]) =>
    wrap(text(value), integer(width), text(newline), true),
  ),
];
