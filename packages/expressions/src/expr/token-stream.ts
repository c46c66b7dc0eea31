import { limits } from "../limits.ts";
import { readTokens, type Token, type TokenKind } from "./lexer.ts";
import { errorAt } from "./source-error.ts";

/** The parser's view of the tokens: one current token, and the budgets that bound the tree. */
export class TokenStream {
  readonly source: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #nodes = 0;
  #depth = 0;
  readonly #nodesMax: number;

  constructor(source: string, nodesMax: number) {
    this.source = source;
    this.#nodesMax = nodesMax;
    this.#tokens = readTokens(source);
  }

  get current(): Token {
    return this.#tokens[this.#index] ?? { kind: "EOF", value: "", at: 0 };
  }

  get following(): Token {
    return this.#tokens[this.#index + 1] ?? this.current;
  }

  advance(): void {
    if (this.current.kind === "EOF") this.fail("unexpected end of expression");
    this.#index++;
  }

  is(kind: TokenKind, value?: string): boolean {
    const { current } = this;
    return current.kind === kind && (value === undefined || current.value === value);
  }

  isOperator(value: string): boolean {
    return this.is("Operator", value);
  }

  isBracket(value: string): boolean {
    return this.is("Bracket", value);
  }

  expect(kind: TokenKind, value?: string): void {
    if (!this.is(kind, value)) this.failUnexpected();
    this.advance();
  }

  fail(message: string, token: Token = this.current): never {
    throw errorAt(this.source, token.at, message);
  }

  failUnexpected(token: Token = this.current): never {
    this.fail(`unexpected token ${describe(token)}`, token);
  }

  /** Counts a node against the limit that expr-lang sets. */
  count<T>(node: T): T {
    this.#nodes++;
    if (this.#nodes > this.#nodesMax) {
      this.fail("compilation failed: expression exceeds maximum allowed nodes");
    }
    return node;
  }

  /** Runs a nested production, within the limit of nesting. */
  nest<T>(body: () => T): T {
    this.#depth++;
    if (this.#depth > limits.nestingDepthMax) this.fail("expression is too deeply nested");
    const result = body();
    this.#depth--;
    return result;
  }
}

function describe(token: Token): string {
  return token.value === "" ? token.kind : `${token.kind}(${JSON.stringify(token.value)})`;
}
