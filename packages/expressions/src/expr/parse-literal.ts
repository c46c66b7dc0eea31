import { parseDecimalInt, parseFloat64, wrapInt } from "../golang/integer.ts";
import type { Token } from "./lexer.ts";
import type { Node } from "./syntax.ts";
import type { TokenStream } from "./token-stream.ts";

export interface Literal {
  readonly node: Node;
  /** Says whether an index or a property may follow. */
  readonly takesPostfix: boolean;
}

const baseNames: Readonly<Record<string, string>> = { "0x": "hex", "0b": "binary", "0o": "octal" };

/** Takes the current token when it is a literal; undefined when it is something else. */
export function parseLiteral(tokens: TokenStream, token: Token): Literal | undefined {
  const { at } = token;
  switch (token.kind) {
    case "Number":
      tokens.advance();
      return { node: tokens.count(parseNumber(tokens, token)), takesPostfix: false };
    case "String":
      tokens.advance();
      return { node: tokens.count({ type: "string", value: token.value, at }), takesPostfix: true };
    case "Bytes":
      tokens.advance();
      return { node: tokens.count({ type: "bytes", value: token.bytes ?? new Uint8Array(), at }), takesPostfix: true };
    case "Identifier":
      return parseKeyword(tokens, token);
    default:
      return undefined;
  }
}

function parseKeyword(tokens: TokenStream, token: Token): Literal | undefined {
  const { at, value } = token;
  if (value !== "true" && value !== "false" && value !== "nil") return undefined;
  tokens.advance();
  const node: Node = value === "nil" ? { type: "nil", at } : { type: "bool", value: value === "true", at };
  return { node: tokens.count(node), takesPostfix: false };
}

function parseNumber(tokens: TokenStream, token: Token): Node {
  const { at } = token;
  const text = token.value.replaceAll("_", "").toLowerCase();
  const base = text.slice(0, 2);
  if (base !== "0x" && /[.e]/.test(text)) {
    const value = parseFloat64(text);
    if (value === undefined) tokens.fail(`invalid float literal: parsing "${text}"`);
    return { type: "float", value, at };
  }
  const name = baseNames[base];
  if (name === undefined) {
    const value = parseDecimalInt(text);
    if (value === undefined) tokens.fail(`invalid integer literal: parsing "${text}"`);
    return { type: "integer", value, at };
  }
  const value = parseBased(text);
  if (value === undefined) tokens.fail(`invalid ${name} literal: parsing "${text}"`);
  return { type: "integer", value, at };
}

function parseBased(text: string): bigint | undefined {
  if (text.length > 70) return undefined;
  try {
    const value = BigInt(text);
    return value === wrapInt(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
