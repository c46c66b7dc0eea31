import { typeName } from "../golang/format-value.ts";
import { EvaluationError } from "../result.ts";
import { elementsOf } from "./access.ts";
import type { ClosureFrame, Evaluator } from "./evaluator.ts";
import { add, order, requireBoolean } from "./operators.ts";
import type { Node } from "./syntax.ts";
import { ExprDictionary, type ExprValue, type MapKey, nilArray } from "./value.ts";

/** One run of a closure builtin over the elements of its first argument. */
class Loop {
  readonly evaluator: Evaluator;
  readonly items: readonly ExprValue[];
  readonly #closure: Node | undefined;
  readonly #frame: ClosureFrame = { item: null, index: 0, accumulator: null };

  constructor(evaluator: Evaluator, items: readonly ExprValue[], closure: Node | undefined) {
    this.evaluator = evaluator;
    this.items = items;
    this.#closure = closure;
  }

  /** The closure's value for one element; without a closure, the element. */
  apply(index: number, accumulator: ExprValue = null): ExprValue {
    this.evaluator.evaluation.spend(1);
    const closure = this.#closure;
    const item = this.items[index] ?? null;
    if (closure === undefined) return item;
    this.#frame.item = item;
    this.#frame.index = index;
    this.#frame.accumulator = accumulator;
    return this.evaluator.withFrame(this.#frame, () => this.evaluator.evaluate(closure));
  }

  holds(index: number): boolean {
    return requireBoolean(this.apply(index));
  }

  /** The first index at which the closure holds, from either end; -1 when there is none. */
  find(backwards: boolean): number {
    const { length } = this.items;
    for (let step = 0; step < length; step++) {
      const index = backwards ? length - 1 - step : step;
      if (this.holds(index)) return index;
    }
    return -1;
  }

  count(): number {
    let count = 0;
    for (let index = 0; index < this.items.length; index++) if (this.holds(index)) count++;
    return count;
  }
}

type ClosureBuiltin = (loop: Loop, third: Node | undefined) => ExprValue;

const itemOrNil = (loop: Loop, index: number) => (index < 0 ? null : (loop.items[index] ?? null));
const indexOrNil = (index: number) => (index < 0 ? null : BigInt(index));

const closureFunctions: ReadonlyMap<string, ClosureBuiltin> = new Map<string, ClosureBuiltin>([
  ["all", (loop) => loop.items.every((_, index) => loop.holds(index))],
  ["none", (loop) => !loop.items.some((_, index) => loop.holds(index))],
  ["any", (loop) => loop.items.some((_, index) => loop.holds(index))],
  ["one", (loop) => loop.count() === 1],
  ["count", (loop) => BigInt(loop.count())],
  ["filter", filter],
  ["map", map],
  ["find", (loop) => itemOrNil(loop, loop.find(false))],
  ["findLast", (loop) => itemOrNil(loop, loop.find(true))],
  ["findIndex", (loop) => indexOrNil(loop.find(false))],
  ["findLastIndex", (loop) => indexOrNil(loop.find(true))],
  ["sum", sum],
  ["groupBy", groupBy],
  ["sortBy", sortBy],
  ["reduce", reduce],
]);

function filter(loop: Loop): ExprValue {
  const kept = loop.items.filter((_, index) => loop.holds(index));
  loop.evaluator.evaluation.allocate(kept.length);
  return kept;
}

function map(loop: Loop): ExprValue {
  loop.evaluator.evaluation.allocate(loop.items.length);
  return loop.items.map((_, index) => loop.apply(index));
}

function sum(loop: Loop): ExprValue {
  let total: ExprValue = 0n;
  for (let index = 0; index < loop.items.length; index++) total = add(loop.apply(index), total);
  return total;
}

function groupBy(loop: Loop): ExprValue {
  const groups = new Map<MapKey, ExprValue[]>();
  for (let index = 0; index < loop.items.length; index++) {
    const key = loop.apply(index);
    if (key !== null && typeof key === "object") {
      throw new EvaluationError(`runtime error: hash of unhashable type ${typeName(key)}`);
    }
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [loop.items[index] ?? null]);
    else group.push(loop.items[index] ?? null);
  }
  return new ExprDictionary(groups, "any", nilArray);
}

function sortBy(loop: Loop, third: Node | undefined): ExprValue {
  const direction = third === undefined ? "asc" : loop.evaluator.evaluate(third);
  if (typeof direction !== "string") throw new EvaluationError("sortBy order argument must be a string");
  if (direction !== "asc" && direction !== "desc") throw new EvaluationError("unknown order, use asc or desc");
  const keyed = loop.items.map((item, index) => ({ item, key: loop.apply(index) }));
  loop.evaluator.evaluation.allocate(keyed.length);
  const sign = direction === "desc" ? -1 : 1;
  return keyed.sort((left, right) => sign * (order("<", left.key, right.key) || 0)).map((entry) => entry.item);
}

function reduce(loop: Loop, third: Node | undefined): ExprValue {
  let start = 0;
  let accumulator: ExprValue;
  if (third === undefined) {
    if (loop.items.length === 0) throw new EvaluationError("reduce of empty array with no initial value");
    accumulator = loop.items[0] ?? null;
    start = 1;
  } else accumulator = loop.evaluator.evaluate(third);
  for (let index = start; index < loop.items.length; index++) accumulator = loop.apply(index, accumulator);
  return accumulator;
}

/** Runs a builtin that takes a closure. */
export function runClosureBuiltin(evaluator: Evaluator, name: string, args: readonly Node[]): ExprValue {
  const run = closureFunctions.get(name);
  const [list, closure, third] = args;
  if (run === undefined || list === undefined) throw new EvaluationError(`unknown builtin ${name}`);
  return run(new Loop(evaluator, elementsOf(evaluator.evaluate(list)), closure), third);
}
