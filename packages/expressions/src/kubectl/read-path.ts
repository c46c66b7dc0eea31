import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import type { Comparison, Filter, PathStep } from "./path-node.ts";

/** What stands between two braces. */
export interface PathAction {
  readonly keyword?: "range" | "end";
  readonly steps: readonly PathStep[];
  /** Just behind the closing brace. */
  readonly end: number;
}

/** Reads a path from behind an opening brace up to its closing one. */
export function readPath(source: string, start: number): PathAction {
  const reader = new PathReader(source, start);
  const keyword = reader.takeKeyword();
  const steps = reader.readSteps("}", 0);
  reader.expect("}");
  return { ...(keyword !== undefined && { keyword }), steps, end: reader.at };
}

const comparison = /==|!=|<=|>=|<|>/y;
const number = /[+-]?\d+(\.\d+)?/y;
const keyword = /\s*(range|end)(?![\w-])/y;
const word = /\w+/y;
const fieldName = /(?:\\.|[^\s.,[\]$@{}()=!<>\\])+/y;
const slice = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/;

class PathReader {
  at: number;
  readonly #source: string;

  constructor(source: string, start: number) {
    this.#source = source;
    this.at = start;
  }

  takeKeyword(): "range" | "end" | undefined {
    return this.#take(keyword)?.[1] as "range" | "end" | undefined;
  }

  expect(text: string): void {
    this.#skipSpaces();
    if (!this.#source.startsWith(text, this.at))
      throw new EvaluationError(
        this.at >= this.#source.length
          ? "unclosed action"
          : `unexpected "${this.#source[this.at]}" at position ${this.at + 1}, expected "${text}"`,
      );
    this.at += text.length;
  }

  /** Reads steps until one of `stops`, or an operator of a filter, comes. */
  readSteps(stops: string, depth: number): readonly PathStep[] {
    if (depth > limits.nestingDepthMax) throw new EvaluationError("the JSONPath is nested too deeply");
    const steps: PathStep[] = [];
    for (;;) {
      this.#skipSpaces();
      const next = this.#source[this.at];
      if (next === undefined || stops.includes(next)) return steps;
      // The current object and the root are the same thing here, and both are what a path begins with anyway.
      if (next === "@" || next === "$") this.at += 1;
      else if (this.#source.startsWith("..", this.at)) {
        this.at += 2;
        steps.push({ kind: "recursive" });
        if (/[^\s.[\]{}]/.test(this.#source[this.at] ?? "}")) steps.push(this.#readField());
      } else if (next === ".") {
        this.at += 1;
        steps.push(this.#readField());
      } else if (next === "[") steps.push(this.#readBrackets(depth));
      else steps.push(this.#readLiteral());
    }
  }

  #readField(): PathStep {
    // A dot with no name behind it asks for the field without a name: there is none.
    const name = this.#take(fieldName)?.[0] ?? "";
    if (name === "*") return { kind: "wildcard" };
    return { kind: "field", name: name.replace(/\\(.)/g, "$1") };
  }

  #readLiteral(): PathStep {
    const next = this.#source[this.at];
    if (next === '"' || next === "'") return { kind: "literal", value: this.#readQuoted() };
    const digits = this.#take(number)?.[0];
    if (digits !== undefined) return { kind: "literal", value: Number(digits) };
    const name = this.#take(word)?.[0];
    if (name === "true" || name === "false") return { kind: "literal", value: name === "true" };
    throw name === undefined ? this.#unexpected() : new EvaluationError(`unrecognized identifier ${name}`);
  }

  #readBrackets(depth: number): PathStep {
    this.expect("[");
    this.#skipSpaces();
    if (this.#source.startsWith("?(", this.at)) {
      this.at += 2;
      const filter = this.#readFilter(depth);
      this.expect("]");
      return { kind: "filter", filter };
    }
    const branches: PathStep[] = [];
    do {
      branches.push(this.#readKey());
      this.#skipSpaces();
    } while (this.#source[this.at] === "," && this.at++ >= 0);
    this.expect("]");
    const [only, ...others] = branches;
    if (only !== undefined && others.length === 0) return only;
    return { kind: "union", branches: branches.map((branch) => [branch]) };
  }

  /** One key of a pair of brackets: `*`, `'name'`, an index, or a slice. */
  #readKey(): PathStep {
    this.#skipSpaces();
    const next = this.#source[this.at];
    if (next === "'" || next === '"') return { kind: "field", name: this.#readQuoted() };
    const end = this.#source.slice(this.at).search(/[\],]/);
    if (end < 0) throw new EvaluationError("unterminated array");
    const text = this.#source.slice(this.at, this.at + end).trim();
    this.at += end;
    if (text === "*") return { kind: "wildcard" };
    const parts = slice.exec(text);
    if (parts === null || text === "") throw new EvaluationError(`invalid array index ${text}`);
    const [from, to, step] = parts
      .slice(1)
      .map((part) => (part === undefined || part === "" ? undefined : Number(part)));
    if (!text.includes(":")) return { kind: "index", index: from ?? 0 };
    return {
      kind: "slice",
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(step !== undefined && { step }),
    };
  }

  #readFilter(depth: number): Filter {
    const left = this.readSteps(")=!<>", depth + 1);
    const operator = this.#take(comparison)?.[0] as Comparison | undefined;
    const right = operator === undefined ? [] : this.readSteps(")", depth + 1);
    this.expect(")");
    return { left, ...(operator !== undefined && { comparison: { operator, right } }) };
  }

  #readQuoted(): string {
    const quote = this.#source[this.at] ?? "";
    let text = "";
    for (let at = this.at + 1; at < this.#source.length; at++) {
      const character = this.#source[at] ?? "";
      if (character === quote) {
        this.at = at + 1;
        return text;
      }
      if (character !== "\\") text += character;
      else {
        at += 1;
        text += escapes[this.#source[at] ?? ""] ?? this.#source[at] ?? "";
      }
    }
    throw new EvaluationError("unterminated quoted string");
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#source);
    if (match === null) return undefined;
    this.at = pattern.lastIndex;
    return match;
  }

  #skipSpaces(): void {
    while (/\s/.test(this.#source[this.at] ?? "x")) this.at += 1;
  }

  #unexpected(): EvaluationError {
    return new EvaluationError(`unexpected "${this.#source[this.at] ?? "end"}" at position ${this.at + 1}`);
  }
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
