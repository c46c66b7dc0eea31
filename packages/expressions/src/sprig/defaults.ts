import { equalsStrictly } from "../expr/operators.ts";
import type { ExprValue } from "../expr/value.ts";
import { typeName } from "../golang/format-value.ts";
import { marshalJson } from "../golang/marshal-json.ts";
import { unmarshalJson } from "../golang/unmarshal-json.ts";
import { EvaluationError } from "../result.ts";
import { isEmpty, kindName } from "./casts.ts";
import { define, defineVariadic, type SprigEntry, text } from "./define.ts";

/** The plain forms give a fallback where the `must` forms fail. */
function lenient<T extends ExprValue>(body: () => T, fallback: T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof EvaluationError) return fallback;
    throw error;
  }
}

const pretty = (value: ExprValue) => marshalJson(value, { indent: "  " });
const raw = (value: ExprValue) => marshalJson(value, { escapeHtml: false });

export const defaultFunctions: readonly SprigEntry[] = [
  defineVariadic("default", ["any", "any"], ([standard = null, given = null]) => (isEmpty(given) ? standard : given)),
  define("empty", ["any"], ([value]) => isEmpty(value)),
  defineVariadic("coalesce", ["any"], (args) => args.find((value) => !isEmpty(value)) ?? null),
  defineVariadic("all", ["any"], (args) => args.every((value) => !isEmpty(value))),
  defineVariadic("any", ["any"], (args) => args.some((value) => !isEmpty(value))),
  define("ternary", ["any", "any", "bool"], ([yes = null, no = null, condition]) => (condition === true ? yes : no)),
  define("fail", ["string"], ([message]) => {
    throw new EvaluationError(text(message));
  }),
  define("fromJson", ["string"], ([value]) => lenient(() => unmarshalJson(text(value)), null)),
  define("mustFromJson", ["string"], ([value]) => unmarshalJson(text(value))),
  define("toJson", ["any"], ([value = null]) => lenient(() => marshalJson(value), "")),
  define("mustToJson", ["any"], ([value = null]) => marshalJson(value)),
  define("toPrettyJson", ["any"], ([value = null]) => lenient(() => pretty(value), "")),
  define("mustToPrettyJson", ["any"], ([value = null]) => pretty(value)),
  define("toRawJson", ["any"], ([value = null]) => raw(value)),
  define("mustToRawJson", ["any"], ([value = null]) => raw(value)),
  define("typeOf", ["any"], ([value = null]) => typeName(value)),
  define("typeIs", ["string", "any"], ([name, value = null]) => text(name) === typeName(value)),
  define("typeIsLike", ["string", "any"], ([name, value = null]) => {
    const actual = typeName(value);
    return text(name) === actual || `*${text(name)}` === actual;
  }),
  define("kindOf", ["any"], ([value]) => kindName(value)),
  define("kindIs", ["string", "any"], ([name, value]) => text(name) === kindName(value)),
  define("deepEqual", ["any", "any"], ([left = null, right = null]) => equalsStrictly(left, right)),
];
