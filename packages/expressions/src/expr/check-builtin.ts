import {
  any,
  anyArray,
  anyMap,
  bool,
  duration,
  elementOf,
  float,
  floatArray,
  int,
  intArray,
  isArrayNature,
  isNumber,
  isUnknown,
  type Nature,
  nameNature,
  string,
  stringArray,
  time,
  zone,
} from "./nature.ts";

export type BuiltinCheck = Nature | { readonly problem: string };

export interface Overload {
  readonly parameters: readonly Nature[];
  readonly result: Nature;
}

const overload = (result: Nature, ...parameters: readonly Nature[]): Overload => ({ parameters, result });

/** The builtins whose arguments are checked against a list of signatures. */
export const overloads: ReadonlyMap<string, readonly Overload[]> = new Map<string, Overload[]>([
  ["type", [overload(string, any)]],
  ["string", [overload(string, any)]],
  ["trim", [overload(string, string), overload(string, string, string)]],
  ["trimPrefix", [overload(string, string, string), overload(string, string)]],
  ["trimSuffix", [overload(string, string, string), overload(string, string)]],
  ["upper", [overload(string, string)]],
  ["lower", [overload(string, string)]],
  ["split", [overload(stringArray, string, string), overload(stringArray, string, string, int)]],
  ["splitAfter", [overload(stringArray, string, string), overload(stringArray, string, string, int)]],
  ["replace", [overload(string, string, string, string, int), overload(string, string, string, string)]],
  ["repeat", [overload(string, string, int)]],
  [
    "join",
    [
      overload(string, stringArray, string),
      overload(string, anyArray, string),
      overload(string, anyArray),
      overload(string, stringArray),
    ],
  ],
  ["indexOf", [overload(int, string, string)]],
  ["lastIndexOf", [overload(int, string, string)]],
  ["hasPrefix", [overload(bool, string, string)]],
  ["hasSuffix", [overload(bool, string, string)]],
  ["toJSON", [overload(string, any)]],
  ["fromJSON", [overload(any, string)]],
  ["toBase64", [overload(string, string)]],
  ["fromBase64", [overload(string, string)]],
  ["duration", [overload(duration, string)]],
  ["timezone", [overload(zone, string)]],
  [
    "sort",
    [anyArray, intArray, floatArray, stringArray].flatMap((array) => [
      overload(anyArray, array, string),
      overload(anyArray, array),
    ]),
  ],
  ["bitand", [overload(int, int, int)]],
  ["bitor", [overload(int, int, int)]],
  ["bitxor", [overload(int, int, int)]],
  ["bitnand", [overload(int, int, int)]],
  ["bitshl", [overload(int, int, int)]],
  ["bitshr", [overload(int, int, int)]],
  ["bitushr", [overload(int, int, int)]],
  ["bitnot", [overload(int, int)]],
]);

type Validate = (args: readonly Nature[]) => BuiltinCheck;

const expectCount = (expected: number, args: readonly Nature[]) =>
  args.length === expected
    ? undefined
    : { problem: `invalid number of arguments (expected ${expected}, got ${args.length})` };

function oneArgument(
  accepts: (nature: Nature) => boolean,
  result: (nature: Nature) => Nature,
  complaint: (name: string) => string,
): Validate {
  return (args) => {
    const wrongCount = expectCount(1, args);
    const [argument] = args;
    if (wrongCount !== undefined || argument === undefined) return wrongCount ?? any;
    return isUnknown(argument) || accepts(argument) ? result(argument) : { problem: complaint(nameNature(argument)) };
  };
}

const isMap = (nature: Nature) => nature.kind === "map";
const isNumberOrString = (nature: Nature) => isNumber(nature) || nature.kind === "string" || nature.kind === "duration";
const invalidFor = (builtin: string) => (name: string) => `invalid argument for ${builtin} (type ${name})`;
const cannot = (action: string) => (name: string) => `cannot ${action} ${name}`;
/** What reflection says of an element: an array of mixed type does not tell, whatever its literal contains. */
const orAny = (nature: Nature) =>
  nature.kind === "array" && nature.type !== "[]interface {}" ? elementOf(nature) : any;

const validateAggregate =
  (builtin: string): Validate =>
  (args) => {
    const [first] = args;
    if (first === undefined) return { problem: `not enough arguments to call ${builtin}` };
    for (const argument of args) {
      if (isUnknown(argument) || isArrayNature(argument)) return any;
      if (!isNumber(argument)) return { problem: invalidFor(builtin)(nameNature(argument)) };
    }
    return first;
  };

const validateTake: Validate = (args) => {
  const wrongCount = expectCount(2, args);
  const [list, count] = args;
  if (wrongCount !== undefined || list === undefined || count === undefined) return wrongCount ?? any;
  if (!isUnknown(list) && !isArrayNature(list)) return { problem: `cannot take from ${nameNature(list)}` };
  if (!isUnknown(count) && count.kind !== "int") return { problem: `cannot take ${nameNature(count)} elements` };
  return list.kind === "array" && list.type === "[]interface {}" ? anyArray : list;
};

const validateConcat: Validate = (args) => {
  if (args.length === 0) return { problem: "invalid number of arguments (expected at least 1, got 0)" };
  const wrong = args.find((argument) => !isUnknown(argument) && !isArrayNature(argument));
  return wrong === undefined ? anyArray : { problem: `cannot concat ${nameNature(wrong)}` };
};

const validateNow: Validate = (args) => {
  if (args.length === 0 || (args.length === 1 && args[0]?.kind === "zone")) return time;
  return { problem: `invalid number of arguments (expected 0, got ${args.length})` };
};

const validateDate: Validate = (args) => {
  if (args.length < 1) return { problem: "invalid number of arguments (expected at least 1, got 0)" };
  const count = args[0]?.kind === "zone" ? args.length - 1 : args.length;
  return count > 3 ? { problem: `invalid number of arguments (expected at most 3, got ${count})` } : time;
};

/** The builtins whose arguments are checked by a rule of their own. */
export const validators: ReadonlyMap<string, Validate> = new Map<string, Validate>([
  [
    "len",
    oneArgument(
      (nature) => isArrayNature(nature) || isMap(nature) || nature.kind === "string",
      () => int,
      invalidFor("len"),
    ),
  ],
  ["abs", oneArgument(isNumber, (nature) => nature, invalidFor("abs"))],
  ["ceil", oneArgument(isNumber, () => float, invalidFor("ceil"))],
  ["floor", oneArgument(isNumber, () => float, invalidFor("floor"))],
  ["round", oneArgument(isNumber, () => float, invalidFor("round"))],
  ["int", oneArgument(isNumberOrString, () => int, invalidFor("int"))],
  [
    "float",
    oneArgument(
      (nature) => isNumber(nature) || nature.kind === "string",
      () => float,
      invalidFor("float"),
    ),
  ],
  ["max", validateAggregate("max")],
  ["min", validateAggregate("min")],
  ["mean", validateAggregate("mean")],
  ["median", validateAggregate("median")],
  ["now", validateNow],
  ["date", validateDate],
  ["first", oneArgument(isArrayNature, orAny, cannot("get first element from"))],
  ["last", oneArgument(isArrayNature, orAny, cannot("get last element from"))],
  ["take", validateTake],
  ["keys", oneArgument(isMap, () => anyArray, cannot("get keys from"))],
  ["values", oneArgument(isMap, () => anyArray, cannot("get values from"))],
  [
    "toPairs",
    oneArgument(
      isMap,
      () => anyArray,
      (name) => `cannot transform ${name} to pairs`,
    ),
  ],
  [
    "fromPairs",
    oneArgument(
      isArrayNature,
      () => anyMap,
      (name) => `cannot transform ${name} from pairs`,
    ),
  ],
  ["reverse", oneArgument(isArrayNature, () => anyArray, cannot("reverse"))],
  ["uniq", oneArgument(isArrayNature, () => anyArray, cannot("uniq"))],
  ["concat", validateConcat],
  ["flatten", oneArgument(isArrayNature, () => anyArray, cannot("flatten"))],
]);
