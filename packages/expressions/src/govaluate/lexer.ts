import { isSpace } from "../golang/spaces.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import { parseTimeLiteral } from "./time-literal.ts";
import { canFollow, type LexerState, startState, type Token, type TokenKind } from "./token.ts";

export const comparators: ReadonlySet<string> = new Set(["==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in"]);
export const prefixes: ReadonlySet<string> = new Set(["-", "!", "~"]);
export const ternaries: ReadonlySet<string> = new Set(["?", ":", "??"]);
const modifiers: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "**", "&", "|", "^", ">>", "<<"]);
const logicals: ReadonlySet<string> = new Set(["&&", "||"]);

const digit = /^\p{Nd}$/u;
const letter = /^\p{L}$/u;
const isNumeric = (rune: string) => rune === "." || digit.test(rune);
const isHexDigit = (rune: string) => digit.test(rune) || /^[a-f]$/i.test(rune);
const isQuote = (rune: string) => rune === "'" || rune === '"';
const isNotQuote = (rune: string) => !isQuote(rune);
const isNotClosingBracket = (rune: string) => rune !== "]";
const isNameRune = (rune: string) => rune === "_" || rune === "." || digit.test(rune) || letter.test(rune);
const isSymbolRune = (rune: string) =>
  !(digit.test(rune) || letter.test(rune) || rune === "(" || rune === ")" || rune === "[" || rune === "]") &&
  isNotQuote(rune);

/** The source as runes with a position that a reader can move back. */
class RuneStream {
  readonly #runes: readonly string[];
  position = 0;

  constructor(source: string) {
    this.#runes = [...source];
  }

  canRead(): boolean {
    return this.position < this.#runes.length;
  }

  read(): string {
    const rune = this.#runes[this.position];
    if (rune === undefined) throw new EvaluationError("Unexpected end of expression");
    this.position++;
    return rune;
  }

  /** Reads while `accepts` holds; `complete` says whether something other than the end stopped it. */
  readWhile(keepSpaces: boolean, stopAtSpace: boolean, accepts: (rune: string) => boolean) {
    const parts: string[] = [];
    while (this.canRead()) {
      const rune = this.read();
      if (rune === "\\") {
        parts.push(this.read());
        continue;
      }
      if (isSpace(rune)) {
        if (stopAtSpace && parts.length > 0) return { text: parts.join(""), complete: true };
        if (!keepSpaces) continue;
      }
      if (!accepts(rune)) {
        this.position--;
        return { text: parts.join(""), complete: true };
      }
      parts.push(rune);
    }
    return { text: parts.join(""), complete: false };
  }

  /** Reads a token whose first rune has been read already. */
  readToken(accepts: (rune: string) => boolean): string {
    this.position--;
    return this.readWhile(false, true, accepts).text;
  }
}

function readNumber(stream: RuneStream, first: string): Token {
  if (first === "0" && stream.canRead()) {
    const next = stream.read();
    if (next === "x" && stream.canRead()) {
      const { text } = stream.readWhile(false, true, isHexDigit);
      if (!/^[0-9a-fA-F]{1,16}$/.test(text)) {
        throw new EvaluationError(`Unable to parse hex value '${text}' to uint64`);
      }
      return { kind: "numeric", value: Number(BigInt(`0x${text}`)) };
    }
    stream.position--;
  }
  const text = stream.readToken(isNumeric);
  if (!/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text)) {
    throw new EvaluationError(`Unable to parse numeric value '${text}' to float64`);
  }
  return { kind: "numeric", value: Number(text) };
}

function readName(stream: RuneStream): Token {
  const text = stream.readToken(isNameRune);
  if (text.indexOf(".") > 0) {
    if (text.endsWith(".")) throw new EvaluationError(`Hanging accessor on token '${text}'`);
    for (const field of text.split(".").slice(1)) {
      const [first = ""] = field;
      if (first.toUpperCase() !== first) {
        throw new EvaluationError(`Unable to access unexported field '${field}' in token '${text}'`);
      }
    }
    return { kind: "accessor", value: text };
  }
  if (text === "true" || text === "false") return { kind: "boolean", value: text === "true" };
  if (text === "in" || text === "IN") return { kind: "comparator", value: "in" };
  return { kind: "variable", value: text };
}

function readString(stream: RuneStream): Token {
  const { text, complete } = stream.readWhile(true, false, isNotQuote);
  if (!complete) throw new EvaluationError("Unclosed string literal");
  stream.position++;
  const unixSeconds = parseTimeLiteral(text);
  return unixSeconds === undefined ? { kind: "string", value: text } : { kind: "time", value: unixSeconds };
}

function readBracketed(stream: RuneStream): Token {
  const { text, complete } = stream.readWhile(true, false, isNotClosingBracket);
  if (!complete) throw new EvaluationError("Unclosed parameter bracket");
  stream.position++;
  return { kind: "variable", value: text };
}

function classifySymbol(symbol: string, state: LexerState): TokenKind | undefined {
  // "-" is a sign where a prefix may stand, and a subtraction everywhere else.
  if (canFollow(state, "prefix") && prefixes.has(symbol)) return "prefix";
  if (modifiers.has(symbol)) return "modifier";
  if (logicals.has(symbol)) return "logical";
  if (comparators.has(symbol)) return "comparator";
  if (ternaries.has(symbol)) return "ternary";
  return undefined;
}

function readToken(stream: RuneStream, state: LexerState, rune: string): Token {
  if (isNumeric(rune)) return readNumber(stream, rune);
  if (rune === ",") return { kind: "separator", value: "," };
  if (rune === "[") return readBracketed(stream);
  if (letter.test(rune)) return readName(stream);
  if (isQuote(rune)) return readString(stream);
  if (rune === "(") return { kind: "clause", value: "(" };
  if (rune === ")") return { kind: "clause-close", value: ")" };
  const symbol = stream.readToken(isSymbolRune);
  const kind = classifySymbol(symbol, state);
  if (kind === undefined) throw new EvaluationError(`Invalid token: '${symbol}'`);
  return { kind, value: symbol };
}

/** Splits a `when` condition into tokens; throws an EvaluationError on text that forms none. */
export function readTokens(source: string): Token[] {
  const stream = new RuneStream(source);
  const tokens: Token[] = [];
  let state: LexerState = startState;
  let depth = 0;
  while (stream.canRead()) {
    const rune = stream.read();
    if (isSpace(rune)) continue;
    const token = readToken(stream, state, rune);
    state = token.kind;
    tokens.push(token);
    if (state === "clause") depth++;
    else if (state === "clause-close") depth--;
    if (tokens.length > limits.whenTokensMax) throw new EvaluationError("condition has too many tokens");
    if (depth > limits.whenNestingMax) throw new EvaluationError("condition is too deeply nested");
  }
  return tokens;
}
