import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import type { Comparison, Filter, PathStep } from "./path-node.ts";

/** Counts what one evaluation does: templates are untrusted, and `..` visits everything. */
export class StepBudget {
  #left: number = limits.stepsMax;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new EvaluationError("the JSONPath takes too many steps");
  }
}

/** The values that a path finds from a value on. What is missing is nothing; what is no list cannot be indexed. */
export function findValues(steps: readonly PathStep[], start: unknown, budget: StepBudget): readonly unknown[] {
  let values: readonly unknown[] = [start];
  for (const step of steps) {
    budget.spend(values.length + 1);
    values = take(step, values, budget);
  }
  return values;
}

function take(step: PathStep, values: readonly unknown[], budget: StepBudget): readonly unknown[] {
  switch (step.kind) {
    case "literal":
      return [step.value];
    case "field":
      return values.flatMap((value) => (isMap(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : []));
    case "wildcard":
      return values.flatMap((value) => childrenOf(value));
    case "recursive":
      return values.flatMap((value) => descendantsOf(value, budget, 0));
    case "index":
      return lists(values).map((list) => list[inBounds(step.index < 0 ? step.index + list.length : step.index, list)]);
    case "slice":
      return lists(values).flatMap((list) => sliceOf(list, step));
    case "union":
      return step.branches.flatMap((branch) => values.flatMap((value) => findValues(branch, value, budget)));
    case "filter":
      return lists(values).flatMap((list) => list.filter((element) => passes(step.filter, element, budget)));
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Fields in the order of their names: kubectl's own order is a new one each time. */
function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isMap(value)
    ? Object.keys(value)
        .sort()
        .map((key) => value[key])
    : [];
}

/** Everything below a value, with each holder before what it holds. */
function descendantsOf(value: unknown, budget: StepBudget, depth: number): readonly unknown[] {
  if (depth > limits.valueDepthMax) throw new EvaluationError("the object is nested too deeply");
  const children = childrenOf(value);
  budget.spend(children.length);
  if (children.length === 0) return [];
  return [value, ...children.flatMap((child) => descendantsOf(child, budget, depth + 1))];
}

function lists(values: readonly unknown[]): readonly (readonly unknown[])[] {
  return values.flatMap((value) => {
    if (value === null) return [];
    if (!Array.isArray(value))
      throw new EvaluationError(`${isMap(value) ? "map" : typeof value} is not array or slice`);
    return [value as readonly unknown[]];
  });
}

function inBounds(index: number, list: readonly unknown[]): number {
  if (index >= 0 && index < list.length) return index;
  throw new EvaluationError(`array index out of bounds: index ${index}, length ${list.length}`);
}

function sliceOf(list: readonly unknown[], slice: Extract<PathStep, { kind: "slice" }>): readonly unknown[] {
  const fromEnd = (index: number): number => (index < 0 ? index + list.length : index);
  const from = fromEnd(slice.from ?? 0);
  const to = slice.to === undefined ? list.length : fromEnd(slice.to);
  if (from === to) return [];
  inBounds(from, list);
  if (to > list.length || to < 0) inBounds(to - 1, list);
  if (from > to) throw new EvaluationError(`starting index ${from} is greater than ending index ${to}`);
  const step = slice.step ?? 1;
  if (step <= 0) throw new EvaluationError("step must be > 0");
  return list.slice(from, to).filter((_, index) => index % step === 0);
}

function passes({ left, comparison }: Filter, element: unknown, budget: StepBudget): boolean {
  const lefts = findValues(left, element, budget);
  if (comparison === undefined) return lefts.length > 0;
  const rights = findValues(comparison.right, element, budget);
  if (lefts.length === 0) return false;
  if (lefts.length > 1 || rights.length > 1) throw new EvaluationError("can only compare one element at a time");
  return rights.length === 1 && compares(lefts[0], comparison.operator, rights[0]);
}

function compares(left: unknown, operator: Comparison, right: unknown): boolean {
  const isOrdered =
    (typeof left === "string" && typeof right === "string") || (typeof left === "number" && typeof right === "number");
  if (!isOrdered && !(typeof left === "boolean" && typeof right === "boolean"))
    throw new EvaluationError("incompatible types for comparison");
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (!isOrdered) throw new EvaluationError("invalid type for comparison");
  const [one, other] = [left as string, right as string];
  if (operator === "<") return one < other;
  if (operator === "<=") return one <= other;
  return operator === ">" ? one > other : one >= other;
}
