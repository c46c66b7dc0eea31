import { limits } from "../limits.ts";
import { builtinNames } from "./builtin-names.ts";
import { isIdentifier, type Token } from "./lexer.ts";
import {
  binaryOperators,
  closureBuiltins,
  comparisonOperators,
  negatableOperators,
  type OperatorRule,
  unaryOperators,
} from "./operator-table.ts";
import { parseLiteral } from "./parse-literal.ts";
import type { BinaryNode, CallNode, MemberNode, Node } from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";

export interface ParsedExpression {
  readonly root: Node;
  /** The builtins that the source calls: a variable of that name would change how it is parsed. */
  readonly builtinsCalled: ReadonlySet<string>;
}

export interface ParseOptions {
  /** Says which names are variables even where they are called like a builtin. */
  readonly isOverridden?: (name: string) => boolean;
  readonly nodesMax?: number;
}

/** Parses a whole expression; throws an EvaluationError with the place of the first mistake. */
export function parseSource(source: string, options: ParseOptions = {}): ParsedExpression {
  const tokens = new TokenStream(source, options.nodesMax ?? limits.syntaxNodesMax);
  return new Parser(tokens, options.isOverridden ?? (() => false)).parse();
}

class Parser {
  readonly #tokens: TokenStream;
  readonly #isOverridden: (name: string) => boolean;
  readonly #builtinsCalled = new Set<string>();
  #closureDepth = 0;

  constructor(tokens: TokenStream, isOverridden: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#isOverridden = isOverridden;
  }

  parse(): ParsedExpression {
    const root = this.#parseSequence();
    if (!this.#tokens.is("EOF")) this.#tokens.failUnexpected();
    return { root, builtinsCalled: this.#builtinsCalled };
  }

  #parseSequence(): Node {
    const tokens = this.#tokens;
    const first = this.#parseExpression(0);
    const nodes = [first];
    while (tokens.isOperator(";")) {
      tokens.advance();
      if (tokens.is("EOF")) break;
      nodes.push(this.#parseExpression(0));
    }
    return nodes.length === 1 ? first : tokens.count({ type: "sequence", nodes, at: first.at });
  }

  #parseExpression(precedence: number): Node {
    return this.#tokens.nest(() => {
      if (precedence === 0 && this.#tokens.isOperator("let")) return this.#parseVariable();
      if (precedence === 0 && this.#tokens.isOperator("if")) return this.#parseIf();
      const node = this.#parseOperators(this.#parsePrimary(), precedence);
      return precedence === 0 ? this.#parseTernary(node) : node;
    });
  }

  #parseOperators(first: Node, precedence: number): Node {
    const tokens = this.#tokens;
    let left = first;
    let previous = "";
    while (tokens.is("Operator")) {
      const negated = tokens.isOperator("not");
      const token = negated ? tokens.following : tokens.current;
      if (negated && !negatableOperators.has(token.value)) tokens.failUnexpected(token);
      const rule = binaryOperators.get(token.value);
      if (rule === undefined || rule.precedence < precedence) break;
      if (negated) tokens.advance();
      tokens.advance();
      if (previous === "??" && token.value !== "??" && token.value !== "|") {
        const mixed = `Operator (${token.value}) and coalesce expressions (??) cannot be mixed.`;
        tokens.fail(`${mixed} Wrap either by parentheses.`, token);
      }
      left = this.#parseRight(left, token, rule);
      if (negated) left = tokens.count({ type: "unary", operator: "not", operand: left, at: token.at });
      previous = token.value;
    }
    return left;
  }

  #parseRight(left: Node, token: Token, rule: OperatorRule): Node {
    if (token.value === "|") {
      const name = this.#tokens.current;
      this.#tokens.expect("Identifier");
      return this.#parseCall(name, [left], true);
    }
    if (comparisonOperators.has(token.value)) return this.#parseComparisons(left, token, rule.precedence);
    const right = this.#parseExpression(rule.rightAssociative ? rule.precedence : rule.precedence + 1);
    return this.#binary(token, left, right);
  }

  #binary(token: Token, left: Node, right: Node): BinaryNode {
    return this.#tokens.count({ type: "binary", operator: token.value, left, right, at: token.at });
  }

  // "1 < x < 3" means "1 < x && x < 3".
  #parseComparisons(first: Node, firstToken: Token, precedence: number): Node {
    let root: Node | undefined;
    let left = first;
    let token = firstToken;
    for (;;) {
      const right = this.#parseExpression(precedence + 1);
      const comparison = this.#binary(token, left, right);
      root = root === undefined ? comparison : this.#binary({ ...token, value: "&&" }, root, comparison);
      left = right;
      token = this.#tokens.current;
      if (token.kind !== "Operator" || !comparisonOperators.has(token.value)) return root;
      this.#tokens.advance();
    }
  }

  #parseVariable(): Node {
    const tokens = this.#tokens;
    tokens.expect("Operator", "let");
    const name = tokens.current;
    tokens.expect("Identifier");
    tokens.expect("Operator", "=");
    const value = this.#parseExpression(0);
    tokens.expect("Operator", ";");
    const body = this.#parseSequence();
    return tokens.count({ type: "variable", name: name.value, value, body, at: name.at });
  }

  #parseIf(): Node {
    const tokens = this.#tokens;
    const at = tokens.current.at;
    tokens.advance();
    const condition = this.#parseExpression(0);
    const then = this.#parseBlock();
    tokens.expect("Operator", "else");
    const otherwise = tokens.isOperator("if") ? tokens.nest(() => this.#parseIf()) : this.#parseBlock();
    return { type: "conditional", condition, then, otherwise, at };
  }

  #parseBlock(): Node {
    this.#tokens.expect("Bracket", "{");
    const node = this.#parseSequence();
    this.#tokens.expect("Bracket", "}");
    return node;
  }

  #parseTernary(first: Node): Node {
    const tokens = this.#tokens;
    let node = first;
    while (tokens.isOperator("?")) {
      tokens.advance();
      let then = node;
      if (!tokens.isOperator(":")) then = this.#parseExpression(0);
      tokens.expect("Operator", ":");
      const otherwise = this.#parseExpression(0);
      node = tokens.count({ type: "conditional", condition: node, then, otherwise, at: tokens.current.at });
    }
    return node;
  }

  #parsePrimary(): Node {
    const tokens = this.#tokens;
    const token = tokens.current;
    const unary = token.kind === "Operator" ? unaryOperators.get(token.value) : undefined;
    if (unary !== undefined) {
      tokens.advance();
      const operand = this.#parseExpression(unary.precedence);
      return this.#parsePostfix(tokens.count({ type: "unary", operator: token.value, operand, at: token.at }));
    }
    if (tokens.isBracket("(")) {
      tokens.advance();
      const inner = this.#parseSequence();
      tokens.expect("Bracket", ")");
      return this.#parsePostfix(inner);
    }
    if (this.#closureDepth > 0 && (tokens.isOperator("#") || tokens.isOperator("."))) return this.#parsePointer(token);
    if (tokens.isOperator("::")) {
      tokens.advance();
      const name = tokens.current;
      tokens.expect("Identifier");
      return this.#parsePostfix(this.#parseCall(name, [], false));
    }
    return this.#parseOperand(token);
  }

  #parsePointer(token: Token): Node {
    const tokens = this.#tokens;
    let name = "";
    if (token.value === "#") {
      tokens.advance();
      if (tokens.is("Identifier")) {
        name = tokens.current.value;
        tokens.advance();
      }
    }
    return this.#parsePostfix(tokens.count({ type: "pointer", name, at: token.at }));
  }

  #parseOperand(token: Token): Node {
    const tokens = this.#tokens;
    const literal = parseLiteral(tokens, token);
    // Keywords and numbers take no postfix, so that "1.a" stays an error.
    if (literal !== undefined) return literal.takesPostfix ? this.#parsePostfix(literal.node) : literal.node;
    if (token.kind === "Identifier") {
      tokens.advance();
      const isCall = tokens.isBracket("(");
      return this.#parsePostfix(
        isCall
          ? this.#parseCall(token, [], true)
          : tokens.count({ type: "identifier", name: token.value, at: token.at }),
      );
    }
    if (tokens.isBracket("[")) return this.#parsePostfix(this.#parseArray(token));
    if (tokens.isBracket("{")) return this.#parsePostfix(this.#parseMap(token));
    return tokens.failUnexpected(token);
  }

  /** Parses items separated by commas up to the closing bracket; a comma may stand at the end. */
  #parseList<T>(closing: string, parseItem: () => T): T[] {
    const tokens = this.#tokens;
    const items: T[] = [];
    while (!tokens.isBracket(closing)) {
      if (items.length > 0) {
        tokens.expect("Operator", ",");
        if (tokens.isBracket(closing)) break;
      }
      items.push(parseItem());
    }
    tokens.expect("Bracket", closing);
    return items;
  }

  #parseArray(token: Token): Node {
    this.#tokens.expect("Bracket", "[");
    const elements = this.#parseList("]", () => this.#parseExpression(0));
    return this.#tokens.count({ type: "array", elements, at: token.at });
  }

  #parseMap(token: Token): Node {
    this.#tokens.expect("Bracket", "{");
    const pairs = this.#parseList("}", () => {
      const key = this.#parseKey();
      this.#tokens.expect("Operator", ":");
      return this.#tokens.count({ key, value: this.#parseExpression(0) });
    });
    return this.#tokens.count({ type: "map", pairs, at: token.at });
  }

  #parseKey(): Node {
    const tokens = this.#tokens;
    const { kind, value, at } = tokens.current;
    if (kind === "Number" || kind === "String" || kind === "Identifier") {
      tokens.advance();
      return tokens.count({ type: "string", value, at });
    }
    if (tokens.isBracket("(")) return this.#parseExpression(0);
    return tokens.fail(
      "a map key must be a quoted string, a number, a identifier, or an expression enclosed in parentheses",
    );
  }

  #parseCall(token: Token, given: readonly Node[], mayBeOverridden: boolean): Node {
    const tokens = this.#tokens;
    const name = token.value;
    const closures = closureBuiltins.get(name);
    const isBuiltin = closures !== undefined || builtinNames.has(name);
    if (!isBuiltin || (mayBeOverridden && this.#isOverridden(name))) {
      const callee = tokens.count({ type: "identifier" as const, name, at: token.at });
      return tokens.count({ type: "call", callee, args: this.#parseArguments(given), at: token.at });
    }
    if (mayBeOverridden) this.#builtinsCalled.add(name);
    const args =
      closures === undefined
        ? this.#parseArguments(given)
        : this.#parseClosureArguments(closures.slice(given.length), given);
    return tokens.count({ type: "builtin", name, args, at: token.at });
  }

  #parseArguments(given: readonly Node[]): Node[] {
    this.#tokens.expect("Bracket", "(");
    return [...given, ...this.#parseList(")", () => this.#parseExpression(0))];
  }

  #parseClosureArguments(parameters: readonly string[], given: readonly Node[]): Node[] {
    const tokens = this.#tokens;
    const args = [...given];
    tokens.expect("Bracket", "(");
    for (const [index, parameter] of parameters.entries()) {
      if (tokens.isBracket(")")) {
        if (parameter.startsWith("optional")) break;
        tokens.fail(`expected at least ${parameters.length} arguments`);
      }
      if (index > 0) tokens.expect("Operator", ",");
      args.push(parameter.endsWith("closure") ? this.#parseClosure() : this.#parseExpression(0));
    }
    if (tokens.isOperator(",")) tokens.advance();
    tokens.expect("Bracket", ")");
    return args;
  }

  #parseClosure(): Node {
    const tokens = this.#tokens;
    const at = tokens.current.at;
    const hasBraces = tokens.isBracket("{");
    if (hasBraces) tokens.advance();
    this.#closureDepth++;
    const body = hasBraces ? this.#parseSequence() : this.#parseExpression(0);
    if (!hasBraces && tokens.isOperator(";")) tokens.fail("wrap predicate with brackets { and }");
    this.#closureDepth--;
    if (hasBraces) tokens.expect("Bracket", "}");
    return tokens.count({ type: "predicate", body, at });
  }

  #parsePostfix(first: Node): Node {
    const tokens = this.#tokens;
    let node = first;
    for (;;) {
      if (tokens.isBracket("[")) node = this.#parseIndex(node, false);
      else if (tokens.isOperator(".") || tokens.isOperator("?.")) node = this.#parseAccess(node);
      else return node;
    }
  }

  #parseAccess(base: Node): Node {
    const tokens = this.#tokens;
    const optional = tokens.isOperator("?.");
    tokens.advance();
    if (optional && tokens.isBracket("[")) return this.#parseIndex(base, true);
    const name = tokens.current;
    tokens.advance();
    if (name.kind !== "Identifier" && (name.kind !== "Operator" || !isIdentifier(name.value)))
      tokens.fail("expected name");
    const property: Node = tokens.count({ type: "string", value: name.value, at: name.at });
    const isChain = base.type === "chain";
    const member: MemberNode = tokens.count({
      type: "member",
      base: isChain ? base.inner : base,
      property,
      optional,
      at: name.at,
    });
    const node: MemberNode | CallNode = tokens.isBracket("(")
      ? tokens.count({ type: "call", callee: member, args: this.#parseArguments([]), at: name.at })
      : member;
    return isChain || optional ? tokens.count({ type: "chain", inner: node, at: name.at }) : node;
  }

  #parseIndex(base: Node, optional: boolean): Node {
    const tokens = this.#tokens;
    const at = tokens.current.at;
    tokens.expect("Bracket", "[");
    const from = tokens.isOperator(":") ? undefined : this.#parseExpression(0);
    if (tokens.isOperator(":")) {
      tokens.advance();
      const to = tokens.isBracket("]") ? undefined : this.#parseExpression(0);
      tokens.expect("Bracket", "]");
      return tokens.count({ type: "slice", base, from, to, at });
    }
    tokens.expect("Bracket", "]");
    const property = from ?? tokens.failUnexpected();
    const member = tokens.count({ type: "member" as const, base, property, optional, at });
    return optional ? tokens.count({ type: "chain", inner: member, at }) : member;
  }
}
