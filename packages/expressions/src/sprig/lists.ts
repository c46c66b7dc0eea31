import { equalsStrictly } from "../expr/operators.ts";
import { type CallContext, type ExprValue, isArray, nilArray } from "../expr/value.ts";
import { EvaluationError } from "../result.ts";
import { castToInt, isEmpty, kindName, requireList } from "./casts.ts";
import { define, defineVariadic, integer, type SprigEntry } from "./define.ts";

type ListCall = (list: readonly ExprValue[], args: readonly ExprValue[], context: CallContext) => ExprValue;

/** Declares a function of a list together with its `must` form, which fails in the same way here. */
function listFunction(name: string, complaint: string, call: ListCall, extra = 0): SprigEntry[] {
  const parameters = ["any", ...Array.from({ length: extra }, () => "any" as const)] as const;
  const mustName = `must${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;
  return [name, mustName].map((each) =>
    define(each, parameters, (args, context) => call(requireList(args[0], complaint), args.slice(1), context)),
  );
}

function includes(list: readonly ExprValue[], value: ExprValue): boolean {
  return list.some((element) => equalsStrictly(value, element));
}

const uniq: ListCall = (list, _args, context) => {
  const kept: ExprValue[] = [];
  for (const value of list) {
    context.spend(kept.length);
    if (!includes(kept, value)) kept.push(value);
  }
  return kept;
};

function chunk(args: readonly ExprValue[]): ExprValue {
  const size = integer(args[0]);
  const list = requireList(args[1], "Cannot chunk type");
  if (size <= 0) throw new EvaluationError("runtime error: makeslice: len out of range");
  const chunks: ExprValue[] = [];
  for (let start = 0; start < list.length; start += size) chunks.push(list.slice(start, start + size));
  return chunks;
}

function has(needle: ExprValue, haystack: ExprValue): boolean {
  return haystack === null ? false : includes(requireList(haystack, "Cannot find has on type"), needle);
}

function without(args: readonly ExprValue[]): ExprValue {
  const omitted = args.slice(1);
  return requireList(args[0], "Cannot find without on type").filter((value) => !includes(omitted, value));
}

function slice(args: readonly ExprValue[]): ExprValue {
  const list = requireList(args[0], "list should be type of slice or array but");
  if (list.length === 0) return null;
  const start = args.length > 1 ? Number(castToInt(args[1])) : 0;
  const end = args.length > 2 ? Number(castToInt(args[2])) : list.length;
  if (start < 0 || start > end || end > list.length) {
    throw new EvaluationError("reflect.Value.Slice: slice index out of bounds");
  }
  return list.slice(start, end);
}

function concat(args: readonly ExprValue[], context: CallContext): ExprValue {
  const lists = args.map((list) => {
    if (isArray(list)) return list;
    throw new EvaluationError(`Cannot concat type ${kindName(list)} as list`);
  });
  const size = lists.reduce((total, list) => total + list.length, 0);
  context.allocate(size);
  return size === 0 ? nilArray : lists.flat();
}

const append: ListCall = (list, [value = null]) => [...list, value];

export const listFunctions: readonly SprigEntry[] = [
  defineVariadic("list", ["any"], (args) => [...args]),
  defineVariadic("tuple", ["any"], (args) => [...args]),
  ...listFunction("push", "Cannot push on type", append, 1),
  ...listFunction("append", "Cannot push on type", append, 1),
  ...listFunction("prepend", "Cannot prepend on type", (list, [value = null]) => [value, ...list], 1),
  ...listFunction("first", "Cannot find first on type", (list) => list[0] ?? null),
  ...listFunction("last", "Cannot find last on type", (list) => list.at(-1) ?? null),
  ...listFunction("rest", "Cannot find rest on type", (list) => (list.length === 0 ? nilArray : list.slice(1))),
  ...listFunction("initial", "Cannot find initial on type", (list) =>
    list.length === 0 ? nilArray : list.slice(0, -1),
  ),
  ...listFunction("reverse", "Cannot find reverse on type", (list) => [...list].reverse()),
  ...listFunction("compact", "Cannot compact on type", (list) => list.filter((value) => !isEmpty(value))),
  ...listFunction("uniq", "Cannot find uniq on type", uniq),
  define("chunk", ["int", "any"], chunk),
  define("mustChunk", ["int", "any"], chunk),
  define("has", ["any", "any"], ([needle = null, haystack = null]) => has(needle, haystack)),
  define("mustHas", ["any", "any"], ([needle = null, haystack = null]) => has(needle, haystack)),
  defineVariadic("without", ["any", "any"], without),
  defineVariadic("mustWithout", ["any", "any"], without),
  defineVariadic("slice", ["any", "any"], slice),
  defineVariadic("mustSlice", ["any", "any"], slice),
  defineVariadic("concat", ["any"], concat),
];
