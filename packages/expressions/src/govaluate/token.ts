/** The kinds of token that govaluate's lexer distinguishes. */
export type TokenKind =
  | "prefix"
  | "numeric"
  | "boolean"
  | "string"
  | "pattern"
  | "time"
  | "variable"
  | "accessor"
  | "comparator"
  | "logical"
  | "modifier"
  | "clause"
  | "clause-close"
  | "ternary"
  | "separator";

export interface Token {
  readonly kind: TokenKind;
  /** A number for `numeric` and `time` (Unix seconds), a boolean for `boolean`, else the text. */
  readonly value: string | number | boolean;
}

const operands: readonly TokenKind[] = ["numeric", "boolean", "variable", "accessor", "string", "time", "clause"];
const afterOperand: readonly TokenKind[] = ["modifier", "comparator", "logical", "clause-close", "separator"];

/** The state before the first token. */
export const startState = "start";
export type LexerState = TokenKind | typeof startState;

/** Which kinds may follow a token: the grammar is this table plus balanced parentheses. */
const followers: Readonly<Record<LexerState, ReadonlySet<TokenKind>>> = {
  start: new Set([...operands, "prefix", "pattern"]),
  clause: new Set([...operands, "prefix", "pattern", "clause-close"]),
  "clause-close": new Set([
    ...afterOperand,
    "numeric",
    "boolean",
    "variable",
    "string",
    "pattern",
    "time",
    "clause",
    "ternary",
  ]),
  numeric: new Set([...afterOperand, "ternary"]),
  boolean: new Set([...afterOperand, "ternary"]),
  string: new Set([...afterOperand, "ternary"]),
  time: new Set(afterOperand),
  pattern: new Set(afterOperand),
  variable: new Set([...afterOperand, "ternary"]),
  accessor: new Set([...afterOperand, "ternary", "clause"]),
  modifier: new Set(["prefix", "numeric", "variable", "accessor", "string", "boolean", "clause", "clause-close"]),
  comparator: new Set([...operands, "prefix", "clause-close", "pattern"]),
  logical: new Set([...operands, "prefix", "clause-close"]),
  // A string is missing here on purpose: `!foo` becomes a prefix before a string, which Argo rejects.
  prefix: new Set(["numeric", "boolean", "variable", "accessor", "clause", "clause-close"]),
  ternary: new Set([...operands, "prefix", "separator"]),
  separator: new Set([...operands, "prefix"]),
};

const finalKinds: ReadonlySet<LexerState> = new Set<LexerState>([
  "clause-close",
  "numeric",
  "boolean",
  "string",
  "time",
  "pattern",
  "variable",
  "accessor",
]);

export function canFollow(state: LexerState, next: TokenKind): boolean {
  return followers[state].has(next);
}

/** Explains why the tokens do not form an expression; undefined when they do. */
export function findSyntaxError(tokens: readonly Token[]): string | undefined {
  const openings = tokens.filter((token) => token.kind === "clause").length;
  const closings = tokens.filter((token) => token.kind === "clause-close").length;
  if (openings !== closings) return "Unbalanced parenthesis";
  let state: LexerState = startState;
  let last: Token | undefined;
  for (const token of tokens) {
    if (!canFollow(state, token.kind)) {
      if (last?.kind === "variable" && token.kind === "clause") return `Undefined function ${String(last.value)}`;
      return `Cannot transition token types from ${nameToken(state, last)} to ${nameToken(token.kind, token)}`;
    }
    state = token.kind;
    last = token;
  }
  return finalKinds.has(state) ? undefined : "Unexpected end of expression";
}

function nameToken(state: LexerState, token: Token | undefined): string {
  const name = state === "start" ? "UNKNOWN" : state.replace("-", "_").toUpperCase();
  return `${name} [${token === undefined ? "<nil>" : String(token.value)}]`;
}
