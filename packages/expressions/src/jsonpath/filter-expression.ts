import { EvaluationError } from "../result.ts";
import type { Step } from "./selector.ts";
import { BracketScanner } from "./split-path.ts";

/** A condition inside a filter, or the expression of a script. */
export type FilterNode =
  | { readonly type: "operation"; readonly operator: string; readonly left: FilterNode; readonly right: FilterNode }
  | { readonly type: "not"; readonly operand: FilterNode }
  | { readonly type: "path"; readonly steps: readonly Step[] }
  | { readonly type: "text"; readonly text: string };

/** A path holds filters and a filter holds paths: whoever parses the one brings the parser of the other. */
export type PathParser = (path: string, depth: number) => readonly Step[];

/** Tried in this order: the first operator that the text contains splits it, which makes it bind the loosest. */
const operators: readonly string[] = [
  "||",
  "&&",
  "==",
  "!=",
  "<=",
  ">=",
  "<",
  ">",
  "=~",
  "!",
  "+",
  "-",
  "**",
  "*",
  "/",
  "%",
  " not in ",
  " in ",
];

function findOutside(text: string, operator: string): number {
  const scanner = new BracketScanner();
  for (let index = 0; index < text.length; index++) {
    if (scanner.take(text, index) && text.startsWith(operator, index)) return index;
  }
  return -1;
}

function isWrapped(text: string): boolean {
  if (!text.startsWith("(") || !text.endsWith(")")) return false;
  const scanner = new BracketScanner();
  for (let index = 0; index < text.length - 1; index++) {
    scanner.take(text, index);
    if (scanner.isOutside) return false;
  }
  return true;
}

function splitAtOperator(text: string, depth: number, parsePath: PathParser): FilterNode | undefined {
  for (const operator of operators) {
    const index = findOutside(text, operator);
    if (index < 0) continue;
    const left = text.slice(0, index).trim();
    const right = text.slice(index + operator.length).trim();
    if (right === "") continue;
    if (operator === "!") {
      if (left === "") return { type: "not", operand: parseFilter(right, depth + 1, parsePath) };
      continue;
    }
    if (left === "") continue;
    return {
      type: "operation",
      operator: operator.trim(),
      left: parseFilter(left, depth + 1, parsePath),
      right: parseFilter(right, depth + 1, parsePath),
    };
  }
  return undefined;
}

/** Parses a filter's condition; throws an EvaluationError where a path inside it is malformed. */
export function parseFilter(source: string, depth: number, parsePath: PathParser): FilterNode {
  if (depth > 20) throw new EvaluationError("JSONPath selector is too complex");
  let text = source.trim();
  while (isWrapped(text)) text = text.slice(1, -1).trim();
  const operation = splitAtOperator(text, depth, parsePath);
  if (operation !== undefined) return operation;
  if (/^[@$](?:$|[.[])/.test(text)) return { type: "path", steps: parsePath(text, depth + 1) };
  return { type: "text", text };
}
