import type { Node } from "./syntax.ts";

/** How deep a constant is looked for: deeper ones are computed, which gives the same value more slowly. */
const depthMax = 8;

/**
 * The value of a condition that is a constant, as expr-lang's optimizer finds it before anything runs.
 * It is observable: `x && true` gives x even when x is no boolean, and `x || true` does not look at x.
 */
export function constantBoolean(node: Node, depth = 0): boolean | undefined {
  if (depth > depthMax) return undefined;
  if (node.type === "bool") return node.value;
  if (node.type === "unary" && (node.operator === "!" || node.operator === "not")) {
    const operand = constantBoolean(node.operand, depth + 1);
    return operand === undefined ? undefined : !operand;
  }
  if (node.type !== "binary") return undefined;
  if (node.operator === "==") return constantEquality(node.left, node.right, depth);
  const isAnd = node.operator === "&&" || node.operator === "and";
  if (!isAnd && node.operator !== "||" && node.operator !== "or") return undefined;
  const left = constantBoolean(node.left, depth + 1);
  const right = constantBoolean(node.right, depth + 1);
  // "true and x" is x; "x and false" is false; for "or" the constants change places.
  if (left === isAnd) return right;
  if (right === isAnd) return left;
  return left !== undefined || right !== undefined ? !isAnd : undefined;
}

function constantEquality(left: Node, right: Node, depth: number): boolean | undefined {
  if (left.type === "integer" && right.type === "integer") return left.value === right.value;
  if (left.type === "string" && right.type === "string") return left.value === right.value;
  const a = constantBoolean(left, depth + 1);
  const b = constantBoolean(right, depth + 1);
  return a === undefined || b === undefined ? undefined : a === b;
}
