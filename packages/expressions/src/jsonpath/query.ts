import { ExprMap, type ExprValue, isArray } from "../expr/value.ts";
import { sortKeys, typeName } from "../golang/format-value.ts";
import { byteLength } from "../golang/text.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import { evaluateFilter, isTruthy } from "./evaluate-filter.ts";
import { parsePath } from "./parse-path.ts";
import type { Argument, Step } from "./selector.ts";

/** Counts the work of a query. */
export interface QueryBudget {
  spend(steps: number): void;
}

/** One query over one document. */
export class Query {
  readonly #root: ExprValue;
  readonly #budget: QueryBudget;

  constructor(root: ExprValue, budget: QueryBudget) {
    this.#root = root;
    this.#budget = budget;
  }

  /** Follows the steps from a value; throws an EvaluationError where nothing is found on a definite step. */
  run(steps: readonly Step[], current: ExprValue): ExprValue {
    this.#budget.spend(1);
    const [step, ...rest] = steps;
    if (step === undefined) return current;
    switch (step.type) {
      case "root":
        return this.run(rest, this.#root);
      case "current":
        return this.run(rest, current);
      case "key":
        return this.run(rest, readKey(current, step.key));
      case "index":
        return this.run(rest, readIndex(current, step.index));
      case "length":
        return this.run(rest, lengthOf(current));
      case "wildcard":
        return this.#runEach(rest, valuesOf("wildcard", current));
      case "recursive":
        return this.#runRecursively(rest, current, 0);
      case "filter": {
        const kept = valuesOf("filter", current).filter((value) => this.#holds(step.condition, value));
        return this.#continue(rest, kept);
      }
      case "script":
        return this.run([this.#resolveScript(evaluateFilter(step.expression, current, this)), ...rest], current);
      case "union":
        return this.#continue(rest, this.#selectUnion(step.members, current));
      case "range":
        return this.#continue(rest, this.#selectRange(step, current));
    }
  }

  // An index after a selection picks from the selection; any other step is applied to each of its elements.
  #continue(rest: readonly Step[], selected: readonly ExprValue[]): ExprValue {
    return rest[0]?.type === "index" ? this.run(rest, selected) : this.#runEach(rest, selected);
  }

  #runEach(rest: readonly Step[], values: readonly ExprValue[]): ExprValue[] {
    if (rest.length === 0) return [...values];
    return values.flatMap((value) => {
      const found = this.#attempt(rest, value);
      return found === null ? [] : [found];
    });
  }

  /** Where many elements are asked, the ones without an answer are left out. */
  #attempt(steps: readonly Step[], value: ExprValue): ExprValue {
    try {
      return this.run(steps, value);
    } catch (error) {
      if (error instanceof EvaluationError) return null;
      throw error;
    }
  }

  #runRecursively(rest: readonly Step[], current: ExprValue, depth: number): ExprValue[] {
    if (depth > limits.valueDepthMax) throw new EvaluationError("recursion depth exceeded");
    this.#budget.spend(1);
    if (current === null) return [];
    const found = rest.length === 0 ? current : this.#attempt(rest, current);
    const results = rest.length > 0 && isArray(found) ? [...found] : found === null ? [] : [found];
    if (isArray(current) || current instanceof ExprMap) {
      for (const value of valuesOf("recursive", current)) results.push(...this.#runRecursively(rest, value, depth + 1));
    }
    this.#budget.spend(results.length);
    return results;
  }

  #holds(condition: Parameters<typeof evaluateFilter>[0], value: ExprValue): boolean {
    try {
      return isTruthy(evaluateFilter(condition, value, this));
    } catch (error) {
      if (error instanceof EvaluationError) return false;
      throw error;
    }
  }

  #resolveScript(value: ExprValue): Step {
    if (typeof value === "string") return { type: "key", key: value };
    if (typeof value === "bigint") return { type: "index", index: Number(value) };
    if (typeof value === "number" && Number.isInteger(value)) return { type: "index", index: value };
    throw new EvaluationError(`invalid expression. unexpected result type '${typeName(value)}'`);
  }

  #resolveArgument(argument: Argument, current: ExprValue): string | number {
    if (typeof argument !== "object") return argument;
    const step = this.#resolveScript(evaluateFilter(argument.script, current, this));
    return step.type === "key" ? step.key : step.type === "index" ? step.index : 0;
  }

  #selectUnion(members: readonly Argument[], current: ExprValue): ExprValue[] {
    const wanted = members.map((member) => this.#resolveArgument(member, current));
    const areKeys = wanted.every((member) => typeof member === "string");
    if (!areKeys && wanted.some((member) => typeof member === "string")) {
      throw new EvaluationError("union: invalid token argument. expected only keys or only indexes");
    }
    if (areKeys && !(current instanceof ExprMap)) throw invalidTarget("union", current);
    if (!areKeys && !isArray(current)) throw invalidTarget("union", current);
    return wanted.flatMap((member) => {
      const found = typeof member === "string" ? findKey(current, member) : findIndex(current, member);
      return found === undefined ? [] : [found];
    });
  }

  #selectRange(step: Extract<Step, { type: "range" }>, current: ExprValue): ExprValue[] {
    if (!isArray(current)) throw invalidTarget("range", current);
    const { length } = current;
    const clamp = (bound: number) => Math.min(Math.max(bound < 0 ? length + bound : bound, 0), length);
    const read = (argument: Argument | undefined, standard: number) => {
      const value = argument === undefined ? standard : this.#resolveArgument(argument, current);
      if (typeof value === "string") throw new EvaluationError("range: invalid token argument. expected [int]");
      return value;
    };
    const from = clamp(read(step.from, 0));
    const to = step.to === undefined ? length : clamp(read(step.to, length));
    const stride = read(step.step, 1);
    if (stride === 0) throw new EvaluationError("range: invalid token out of range");
    const slice: ExprValue[] = [];
    if (stride > 0) for (let index = from; index < to; index += stride) slice.push(current[index] ?? null);
    else for (let index = to - 1; index >= from; index += stride) slice.push(current[index] ?? null);
    return slice;
  }
}

function invalidTarget(step: string, value: ExprValue): EvaluationError {
  return new EvaluationError(`${step}: invalid token target. got [${typeName(value)}]`);
}

function findKey(value: ExprValue, key: string): ExprValue | undefined {
  return value instanceof ExprMap ? value.get(key) : undefined;
}

function findIndex(value: ExprValue, index: number): ExprValue | undefined {
  if (!isArray(value)) return undefined;
  return value[index < 0 ? value.length + index : index];
}

function readKey(value: ExprValue, key: string): ExprValue {
  if (!(value instanceof ExprMap)) throw invalidTarget("key", value);
  const found = value.get(key);
  if (found === undefined) throw new EvaluationError(`key: invalid token key '${key}' not found`);
  return found;
}

function readIndex(value: ExprValue, index: number): ExprValue {
  if (!isArray(value)) throw invalidTarget("index", value);
  const found = findIndex(value, index);
  if (found === undefined) throw new EvaluationError("index: invalid token out of range");
  return found;
}

function lengthOf(value: ExprValue): ExprValue {
  if (value instanceof ExprMap) return value.get("length") ?? BigInt(value.size);
  if (isArray(value)) return BigInt(value.length);
  if (typeof value === "string") return BigInt(byteLength(value));
  throw invalidTarget("length", value);
}

function valuesOf(step: string, value: ExprValue): readonly ExprValue[] {
  if (isArray(value)) return value;
  if (value instanceof ExprMap) return sortKeys(value.keys()).map((key) => value.get(key) ?? null);
  throw invalidTarget(step, value);
}

/** Answers a JSONPath query as Argo's jsonpath() function does; throws an EvaluationError where that fails. */
export function queryJsonPath(document: ExprValue, path: string, budget: QueryBudget): ExprValue {
  return new Query(document, budget).run(parsePath(path), document);
}
