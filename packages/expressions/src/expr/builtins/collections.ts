import { typeName } from "../../golang/format-value.ts";
import { runeLength } from "../../golang/text.ts";
import { limits } from "../../limits.ts";
import { EvaluationError } from "../../result.ts";
import { fetchMember, getMember } from "../access.ts";
import { equals, order } from "../operators.ts";
import {
  type CallContext,
  ExprBytes,
  ExprDictionary,
  ExprMap,
  type ExprValue,
  isArray,
  type MapKey,
  nilArray,
} from "../value.ts";
import { argument, type Builtin, type BuiltinTable } from "./builtin.ts";

/** Go's reflect.Kind of a value, for messages. */
function kindOf(value: ExprValue): string {
  if (value === null) return "invalid";
  if (value instanceof ExprMap) return "map";
  return typeName(value);
}

function requireList(value: ExprValue, complaint: string): readonly ExprValue[] {
  if (isArray(value)) return value;
  throw new EvaluationError(`${complaint} ${kindOf(value)}`);
}

function requireMap(value: ExprValue, complaint: (kind: string) => string): ExprMap {
  if (value instanceof ExprMap) return value;
  throw new EvaluationError(complaint(kindOf(value)));
}

const len: Builtin = (args) => {
  const value = argument(args, 0);
  if (typeof value === "string") return BigInt(runeLength(value));
  if (isArray(value)) return BigInt(value.length);
  if (value instanceof ExprMap) return BigInt(value.size);
  if (value instanceof ExprBytes) return BigInt(value.bytes.length);
  throw new EvaluationError(`invalid argument for len (type ${typeName(value)})`);
};

/** first() and last() give nil for anything that has no such element. */
function edge(index: bigint): Builtin {
  return (args) => {
    try {
      return fetchMember(argument(args, 0), index);
    } catch (error) {
      if (error instanceof EvaluationError) return null;
      throw error;
    }
  };
}

const take: Builtin = (args) => {
  const list = requireList(argument(args, 0), "cannot take from");
  const count = argument(args, 1);
  if (typeof count !== "bigint") throw new EvaluationError(`cannot take ${kindOf(count)} elements`);
  if (count < 0n) throw new EvaluationError("reflect.Value.Slice: slice index out of bounds");
  return list.slice(0, count > BigInt(list.length) ? list.length : Number(count));
};

const keys: Builtin = (args, context) => {
  const map = requireMap(argument(args, 0), (kind) => `cannot get keys from ${kind}`);
  context.spend(map.size);
  return [...map.keys()];
};

const values: Builtin = (args, context) => {
  const map = requireMap(argument(args, 0), (kind) => `cannot get values from ${kind}`);
  context.spend(map.size);
  return Array.from(map.keys(), (key) => map.get(key) ?? null);
};

const toPairs: Builtin = (args, context) => {
  const map = requireMap(argument(args, 0), (kind) => `cannot transform ${kind} to pairs`);
  context.spend(map.size);
  return Array.from(map.keys(), (key) => [key, map.get(key) ?? null]);
};

const fromPairs: Builtin = (args) => {
  const pairs = requireList(argument(args, 0), "cannot transform from pairs");
  const entries = new Map<MapKey, ExprValue>();
  for (const pair of pairs) {
    if (!isArray(pair)) throw new EvaluationError("invalid pair");
    const [key = null, value = null] = pair;
    if (pair.length !== 2) throw new EvaluationError("invalid pair length");
    if (key !== null && typeof key === "object") throw new EvaluationError("runtime error: hash of unhashable type");
    entries.set(key, value);
  }
  return new ExprDictionary(entries, "any");
};

const reverse: Builtin = (args, context) => {
  const list = requireList(argument(args, 0), "cannot reverse");
  context.allocate(list.length);
  return [...list].reverse();
};

const uniq: Builtin = (args, context) => {
  const list = requireList(argument(args, 0), "cannot uniq");
  const scalars = new Set<ExprValue>();
  const kept: ExprValue[] = [];
  for (const value of list) {
    // Texts and booleans equal only themselves; the rest has to be compared one by one.
    const isScalar = typeof value === "string" || typeof value === "boolean";
    if (!isScalar) context.spend(kept.length);
    const isKnown = isScalar ? scalars.has(value) : kept.some((other) => equals(value, other));
    if (isKnown) continue;
    if (isScalar) scalars.add(value);
    kept.push(value);
  }
  return kept;
};

const concat: Builtin = (args, context) => {
  const lists = args.map((list) => requireList(list, "cannot concat"));
  const size = lists.reduce((total, list) => total + list.length, 0);
  context.allocate(size);
  return size === 0 ? nilArray : lists.flat();
};

function flattenInto(list: readonly ExprValue[], flat: ExprValue[], context: CallContext, depth: number): void {
  if (depth > limits.valueDepthMax) throw new EvaluationError("recursion depth exceeded");
  for (const value of list) {
    context.spend(1);
    if (isArray(value)) flattenInto(value, flat, context, depth + 1);
    else flat.push(value);
  }
}

const flatten: Builtin = (args, context) => {
  const flat: ExprValue[] = [];
  flattenInto(requireList(argument(args, 0), "cannot flatten"), flat, context, 0);
  context.allocate(flat.length);
  return flat;
};

const sort: Builtin = (args, context) => {
  const list = argument(args, 0);
  const direction = args.length > 1 ? argument(args, 1) : "asc";
  if (direction !== "asc" && direction !== "desc") {
    throw new EvaluationError(`invalid order ${String(direction)}, expected asc or desc`);
  }
  if (!isArray(list)) return nilArray;
  context.allocate(list.length);
  const sign = direction === "desc" ? -1 : 1;
  return [...list].sort((left, right) => sign * (order("<", left, right) || 0));
};

export const collectionBuiltins: BuiltinTable = [
  ["len", len],
  ["first", edge(0n)],
  ["last", edge(-1n)],
  ["get", (args) => getMember(argument(args, 0), argument(args, 1))],
  ["take", take],
  ["keys", keys],
  ["values", values],
  ["toPairs", toPairs],
  ["fromPairs", fromPairs],
  ["reverse", reverse],
  ["uniq", uniq],
  ["concat", concat],
  ["flatten", flatten],
  ["sort", sort],
];
