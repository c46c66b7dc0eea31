import { dictionaryOf, ExprDictionary, ExprMap, type ExprValue, isArray, type MapKey } from "../expr/value.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import { asMap, isEmpty, toText } from "./casts.ts";
import { define, defineVariadic, type SprigEntry, text } from "./define.ts";

function entriesOf(map: ExprMap | undefined): [MapKey, ExprValue][] {
  return map === undefined ? [] : Array.from(map.keys(), (key) => [key, map.get(key) ?? null]);
}

/** Changes a map in place where it can be changed; variables cannot, and give a changed copy. */
function changed(map: ExprMap | undefined, change: (entries: Map<MapKey, ExprValue>) => void): ExprValue {
  const target = map instanceof ExprDictionary ? map : new ExprDictionary(new Map(entriesOf(map)));
  change(target.entries);
  return target;
}

function dict(args: readonly ExprValue[]): ExprValue {
  const entries = new Map<string, ExprValue>();
  for (let index = 0; index < args.length; index += 2) {
    entries.set(toText(args[index]), index + 1 < args.length ? (args[index + 1] ?? null) : "");
  }
  return dictionaryOf(entries);
}

function dig(args: readonly ExprValue[]): ExprValue {
  if (args.length < 3) throw new EvaluationError("dig needs at least three arguments");
  const standard = args.at(-2) ?? null;
  let value = args.at(-1) ?? null;
  for (const key of args.slice(0, -2)) {
    if (typeof key !== "string") throw new EvaluationError("interface conversion: interface {} is not string");
    if (!(value instanceof ExprMap) || value.keyType !== "string") {
      throw new EvaluationError("interface conversion: interface {} is not map[string]interface {}");
    }
    const found = value.get(key);
    if (found === undefined) return standard;
    value = found;
  }
  return value;
}

function copy(value: ExprValue, depth = 0): ExprValue {
  if (depth > limits.valueDepthMax) throw new EvaluationError("recursion depth exceeded");
  if (isArray(value)) return value.map((element) => copy(element, depth + 1));
  if (!(value instanceof ExprMap)) return value;
  const entries = entriesOf(value).map(([key, entry]): [MapKey, ExprValue] => [key, copy(entry, depth + 1)]);
  return new ExprDictionary(new Map(entries), value.keyType);
}

// What the target has stays, unless it is empty or the source may overwrite it.
function mergeInto(
  target: ExprMap | undefined,
  source: ExprMap | undefined,
  overwrites: boolean,
  depth = 0,
): ExprValue {
  if (depth > limits.valueDepthMax) throw new EvaluationError("recursion depth exceeded");
  return changed(target, (entries) => {
    for (const [key, value] of entriesOf(source)) {
      const present = entries.get(key);
      if (present instanceof ExprMap && value instanceof ExprMap) {
        entries.set(key, mergeInto(present, value, overwrites, depth + 1));
      } else if (present === undefined || isEmpty(present) || overwrites) entries.set(key, value);
    }
  });
}

const merge = (overwrites: boolean) => (args: readonly ExprValue[]) =>
  args
    .slice(1)
    .reduce<ExprValue>((target, source) => mergeInto(asMap(target), asMap(source), overwrites), args[0] ?? null);

function keep(args: readonly ExprValue[], accepts: (isNamed: boolean) => boolean): ExprValue {
  const names = new Set(args.slice(1));
  return new ExprDictionary(new Map(entriesOf(asMap(args[0])).filter(([key]) => accepts(names.has(key)))));
}

export const dictionaryFunctions: readonly SprigEntry[] = [
  defineVariadic("dict", ["any"], dict),
  define(
    "get",
    ["map", "string"],
    ([map, key]) => asMap(map)?.get(text(key)) ?? (asMap(map)?.get(text(key)) === null ? null : ""),
  ),
  define("set", ["map", "string", "any"], ([map, key, value = null]) =>
    changed(asMap(map), (entries) => entries.set(text(key), value)),
  ),
  define("unset", ["map", "string"], ([map, key]) => changed(asMap(map), (entries) => entries.delete(text(key)))),
  define("hasKey", ["map", "string"], ([map, key]) => asMap(map)?.get(text(key)) !== undefined),
  defineVariadic("pluck", ["string", "map"], ([key, ...maps]) =>
    maps.flatMap((map) => {
      const value = asMap(map)?.get(text(key));
      return value === undefined ? [] : [value];
    }),
  ),
  defineVariadic("keys", ["map"], (args) => args.flatMap((map) => [...(asMap(map)?.keys() ?? [])])),
  define("values", ["map"], ([map]) => entriesOf(asMap(map)).map(([, value]) => value)),
  defineVariadic("pick", ["map", "string"], (args) => keep(args, (isNamed) => isNamed)),
  defineVariadic("omit", ["map", "string"], (args) => keep(args, (isNamed) => !isNamed)),
  defineVariadic("merge", ["map", "map"], merge(false)),
  defineVariadic("mustMerge", ["map", "map"], merge(false)),
  defineVariadic("mergeOverwrite", ["map", "map"], merge(true)),
  defineVariadic("mustMergeOverwrite", ["map", "map"], merge(true)),
  defineVariadic("dig", ["any"], dig),
  define("deepCopy", ["any"], ([value = null]) => copy(value)),
  define("mustDeepCopy", ["any"], ([value = null]) => copy(value)),
];
