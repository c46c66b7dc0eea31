import { compilePattern } from "../golang/pattern.ts";
import { capture, EvaluationError, type Result } from "../result.ts";
import { evaluateStage, print } from "./evaluate.ts";
import { readTokens } from "./lexer.ts";
import { planStages } from "./planner.ts";
import { findSyntaxError, type Token } from "./token.ts";

/** Decides a `when` condition whose tags have been replaced. An empty condition holds. */
export function evaluateWhen(source: string): Result<boolean> {
  if (source === "") return { ok: true, value: true };
  return capture(() => decide(source));
}

function decide(source: string): boolean {
  const tokens = phase(`Invalid 'when' expression '${source}'`, () => readChecked(source));
  const strings = phase(`Failed to parse 'when' expression '${source}'`, () => asStrings(tokens));
  const value = phase(`Failed to evaluate 'when' expresion '${source}'`, () => {
    const root = planStages(strings);
    return root === undefined ? null : evaluateStage(root);
  });
  if (typeof value === "boolean") return value;
  throw new EvaluationError(`Expected boolean evaluation for '${source}'. Got ${print(value)}`);
}

function phase<T>(prefix: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const hint = error.message.includes("Invalid token")
      ? ' (hint: try wrapping the affected expression in quotes ("))'
      : "";
    throw new EvaluationError(`${prefix}: ${error.message}${hint}`);
  }
}

function readChecked(source: string): Token[] {
  const tokens = readTokens(source);
  check(tokens);
  return markPatterns(tokens);
}

// The syntax is checked again afterwards, because a string may not stand everywhere where a variable may.
function asStrings(tokens: readonly Token[]): Token[] {
  const strings = tokens.map((token): Token => (token.kind === "variable" ? { ...token, kind: "string" } : token));
  check(strings);
  return markPatterns(strings);
}

function check(tokens: readonly Token[]): void {
  const problem = findSyntaxError(tokens);
  if (problem !== undefined) throw new EvaluationError(problem);
}

function markPatterns(tokens: readonly Token[]): Token[] {
  return tokens.map((token, index) => {
    const operator = tokens[index - 1];
    const isPattern = operator?.kind === "comparator" && (operator.value === "=~" || operator.value === "!~");
    if (!isPattern || token.kind !== "string") return token;
    compilePattern(String(token.value));
    return { kind: "pattern", value: token.value };
  });
}
