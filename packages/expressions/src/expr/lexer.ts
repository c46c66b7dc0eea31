import { isSpace } from "../golang/spaces.ts";
import { errorAt } from "./source-error.ts";
import { unescapeBytes, unescapeText } from "./unescape.ts";

export type TokenKind = "Identifier" | "Number" | "String" | "Bytes" | "Operator" | "Bracket" | "EOF";

export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly at: number;
  readonly bytes?: Uint8Array;
}

const wordOperators: ReadonlySet<string> = new Set([
  "in",
  "or",
  "and",
  "matches",
  "contains",
  "startsWith",
  "endsWith",
  "let",
  "if",
  "else",
]);
const negatable: ReadonlySet<string> = new Set(["in", "matches", "contains", "startsWith", "endsWith"]);

const wordRune = /^[_$\p{L}\p{Nd}]$/u;
const asciiWordRune = /^[A-Za-z0-9_$]$/;

export function isWordRune(rune: string): boolean {
  return asciiWordRune.test(rune) || wordRune.test(rune);
}

/** Says whether a word may name a property, which operators such as `not` may too. */
export function isIdentifier(word: string): boolean {
  return /^[_$\p{L}][_$\p{L}\p{Nd}]*$/u.test(word);
}

class Lexer {
  readonly #source: string;
  readonly #runes: readonly string[];
  readonly #tokens: Token[] = [];
  #position = 0;

  constructor(source: string) {
    this.#source = source;
    this.#runes = [...source];
  }

  run(): Token[] {
    while (this.#position < this.#runes.length) this.#readToken(this.#runes[this.#position] ?? "");
    this.#emit("EOF", "", Math.max(this.#runes.length - 1, 0));
    return this.#tokens;
  }

  #peek(ahead = 0): string {
    return this.#runes[this.#position + ahead] ?? "";
  }

  #emit(kind: TokenKind, value: string, at: number, bytes?: Uint8Array): void {
    this.#tokens.push(bytes === undefined ? { kind, value, at } : { kind, value, at, bytes });
  }

  #fail(message: string, at = this.#position): never {
    throw errorAt(this.#source, Math.max(at - 1, 0), message);
  }

  #readToken(rune: string): void {
    const next = this.#peek(1);
    if (isSpace(rune)) this.#position++;
    else if (rune === "'" || rune === '"') this.#readString(rune);
    else if (rune === "`") this.#readRawString();
    else if ((rune === "b" || rune === "B") && (next === "'" || next === '"')) this.#readBytes(next);
    else if (isDigit(rune)) this.#readNumber();
    else if (rune === "/" && next === "/") this.#skipLineComment();
    else if (rune === "/" && next === "*") this.#skipBlockComment();
    else if (rune === "#") this.#readPointer();
    else if (rune === "." && isDigit(next)) this.#readNumber();
    else if (isWordRune(rune)) this.#readWord();
    else this.#readOperator(rune, next);
  }

  #readOperator(rune: string, next: string): void {
    const at = this.#position;
    if ("([{)]}".includes(rune)) {
      this.#position++;
      this.#emit("Bracket", rune, at);
      return;
    }
    const seconds = secondRunes[rune];
    if (seconds === undefined) this.#fail(`unrecognized character: ${describeRune(rune)}`, at + 1);
    const length = next !== "" && seconds.includes(next) ? 2 : 1;
    this.#position += length;
    this.#emit("Operator", length === 2 ? rune + next : rune, at);
  }

  #readDelimited(quote: string): string {
    const from = ++this.#position;
    for (;;) {
      const rune = this.#peek();
      if (rune === "" || rune === "\n") this.#fail("literal not terminated", this.#position + 1);
      if (rune === quote) break;
      this.#position += rune === "\\" ? 2 : 1;
    }
    return this.#runes.slice(from, this.#position++).join("");
  }

  #readString(quote: string): void {
    const at = this.#position;
    const text = unescapeText(this.#readDelimited(quote), quote);
    if (text === undefined) this.#fail("invalid char escape");
    this.#emit("String", text, at);
  }

  #readBytes(quote: string): void {
    const at = this.#position++;
    const bytes = unescapeBytes(this.#readDelimited(quote), quote);
    if (bytes === undefined) this.#fail("unable to unescape string");
    this.#emit("Bytes", "", at, bytes);
  }

  // A doubled backtick stands for one.
  #readRawString(): void {
    const at = this.#position++;
    const parts: string[] = [];
    for (;;) {
      const rune = this.#peek();
      if (rune === "") this.#fail("literal not terminated", this.#position + 1);
      this.#position++;
      if (rune === "`") {
        if (this.#peek() !== "`") break;
        this.#position++;
      }
      parts.push(rune);
    }
    this.#emit("String", parts.join(""), at);
  }

  #acceptRun(digits: RegExp): void {
    while (digits.test(this.#peek())) this.#position++;
  }

  #readNumber(): void {
    const at = this.#position;
    let digits = /^[0-9_]$/;
    if (this.#peek() === "0") {
      const base = this.#peek(1).toLowerCase();
      this.#position++;
      const based = digitsByBase[base];
      if (based !== undefined) {
        this.#position++;
        digits = based;
      }
    }
    this.#acceptRun(digits);
    // "1..2" is a range, not the number "1." before ".2".
    if (this.#peek() === "." && this.#peek(1) !== ".") {
      this.#position++;
      this.#acceptRun(digits);
    }
    if (this.#peek() === "e" || this.#peek() === "E") {
      this.#position++;
      if (this.#peek() === "+" || this.#peek() === "-") this.#position++;
      this.#acceptRun(digits);
    }
    const text = this.#runes.slice(at, this.#position).join("");
    if (isWordRune(this.#peek())) this.#fail(`bad number syntax: "${text}${this.#peek()}"`, this.#position + 1);
    this.#emit("Number", text, at);
  }

  #takeWord(): string {
    const from = this.#position;
    while (isWordRune(this.#peek())) this.#position++;
    return this.#runes.slice(from, this.#position).join("");
  }

  #readWord(): void {
    const at = this.#position;
    const word = this.#takeWord();
    if (word === "not") {
      this.#emit("Operator", word, at);
      this.#readNegated();
    } else this.#emit(wordOperators.has(word) ? "Operator" : "Identifier", word, at);
  }

  // After "not", spaces (and only spaces) may come before the operator that it negates.
  #readNegated(): void {
    while (this.#peek() === " ") this.#position++;
    const at = this.#position;
    const word = this.#takeWord();
    if (negatable.has(word)) this.#emit("Operator", word, at);
    else this.#position = at;
  }

  #readPointer(): void {
    const at = this.#position++;
    if (this.#peek() === "#") this.#position++;
    this.#emit("Operator", this.#runes.slice(at, this.#position).join(""), at);
    const nameAt = this.#position;
    const name = this.#takeWord();
    if (name !== "") this.#emit("Identifier", name, nameAt);
  }

  #skipLineComment(): void {
    while (this.#position < this.#runes.length && this.#peek() !== "\n") this.#position++;
  }

  #skipBlockComment(): void {
    this.#position += 2;
    while (!(this.#peek() === "*" && this.#peek(1) === "/")) {
      if (this.#position >= this.#runes.length) this.#fail("unclosed comment", this.#position + 1);
      this.#position++;
    }
    this.#position += 2;
  }
}

/** Which runes may follow an operator's first rune and belong to it. */
const secondRunes: Readonly<Record<string, string>> = {
  "|": "|",
  ":": ":",
  "?": ".?",
  ".": ".",
  "/": "",
  ",": "",
  ";": "",
  "%": "",
  "+": "",
  "-": "",
  "^": "",
  "&": "&=*",
  "!": "&=*",
  "=": "&=*",
  "*": "&=*",
  "<": "&=*",
  ">": "&=*",
};

const digitsByBase: Readonly<Record<string, RegExp>> = {
  x: /^[0-9a-fA-F_]$/,
  o: /^[0-7_]$/,
  b: /^[01_]$/,
};

function isDigit(rune: string): boolean {
  return rune >= "0" && rune <= "9" && rune.length === 1;
}

function describeRune(rune: string): string {
  const code = (rune.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `U+${code} '${rune}'`;
}

/** Splits a source into tokens, the last of which is EOF; throws an EvaluationError with the place. */
export function readTokens(source: string): Token[] {
  return new Lexer(source).run();
}
