import { ExprDictionary, type ExprValue, type MapKey } from "../expr/value.ts";
import { quote } from "../golang/quote.ts";
import { isSpace, trimSpace } from "../golang/spaces.ts";
import { replaceText, splitText, trimSet } from "../golang/strings.ts";
import { byteLength, compareText, encodeUtf8, sliceBytes, toLower, toUpper } from "../golang/text.ts";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";
import { toText, toTexts } from "./casts.ts";
import { define, defineVariadic, integer, type SprigEntry, text } from "./define.ts";

function limited(value: string): string {
  if (value.length > limits.stringLengthMax) throw new EvaluationError("memory budget exceeded");
  return value;
}

function repeat(value: string, count: number): string {
  if (count < 0) throw new EvaluationError("strings: negative Repeat count");
  if (count * value.length > limits.stringLengthMax) throw new EvaluationError("memory budget exceeded");
  return value.repeat(count);
}

function indent(spaces: number, value: string): string {
  const pad = repeat(" ", spaces);
  return limited(pad + replaceText(value, "\n", `\n${pad}`, -1));
}

function abbreviate(value: string, width: number): string {
  return byteLength(value) <= width ? value : `${sliceBytes(value, 0, width - 3)}...`;
}

function abbreviateBoth(left: number, right: number, value: string): string {
  const length = byteLength(value);
  if (right < 4 || (left > 0 && right < 7) || length <= right) return value;
  const offset = Math.min(left, length, length - (right - 3));
  if (offset <= 4) return `${sliceBytes(value, 0, right - 3)}...`;
  if (offset + right - 3 < length) return `...${abbreviate(sliceBytes(value, offset, length), right - 3)}`;
  return `...${sliceBytes(value, length - (right - 3), length)}`;
}

function truncate(count: number, value: string): string {
  const length = byteLength(value);
  if (count < 0) return length + count > 0 ? sliceBytes(value, length + count, length) : value;
  return length > count ? sliceBytes(value, 0, count) : value;
}

function substring(start: number, end: number, value: string): string {
  const length = byteLength(value);
  const from = Math.max(start, 0);
  const to = start >= 0 && (end < 0 || end > length) ? length : end;
  if (from > to || to < 0 || to > length) {
    throw new EvaluationError(`runtime error: slice bounds out of range [${from}:${to}]`);
  }
  return sliceBytes(value, from, to);
}

// The library walks over bytes and writes each as a rune, which mangles text that is not ASCII.
function removeSpaces(value: string): string {
  const kept = Array.from(encodeUtf8(value), (byte) => String.fromCharCode(byte)).filter((byte) => !isSpace(byte));
  return kept.length === byteLength(value) ? value : kept.join("");
}

function splitMap(parts: readonly string[]): ExprValue {
  const entries = parts.map((part, index): [MapKey, ExprValue] => [`_${index}`, part]);
  // The elements are strings in Go, so that an absent key reads as the empty string.
  return new ExprDictionary(new Map(entries), "string", "");
}

function notNil(args: readonly ExprValue[]): ExprValue[] {
  return args.filter((value) => value !== null);
}

export const stringFunctions: readonly SprigEntry[] = [
  define("hello", [], () => "Hello!"),
  define("trim", ["string"], ([value]) => trimSpace(text(value))),
  define("trimAll", ["string", "string"], ([cutset, value]) => trimSet(text(value), text(cutset))),
  define("trimall", ["string", "string"], ([cutset, value]) => trimSet(text(value), text(cutset))),
  define("trimPrefix", ["string", "string"], ([prefix, value]) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  ),
  define("trimSuffix", ["string", "string"], ([suffix, value]) =>
    text(value).endsWith(text(suffix)) ? text(value).slice(0, text(value).length - text(suffix).length) : text(value),
  ),
  define("upper", ["string"], ([value]) => toUpper(text(value))),
  define("lower", ["string"], ([value]) => toLower(text(value))),
  define("trunc", ["int", "string"], ([count, value]) => truncate(integer(count), text(value))),
  define("substr", ["int", "int", "string"], ([start, end, value]) =>
    substring(integer(start), integer(end), text(value)),
  ),
  define("abbrev", ["int", "string"], ([width, value]) =>
    integer(width) < 4 ? text(value) : abbreviate(text(value), integer(width)),
  ),
  define("abbrevboth", ["int", "int", "string"], ([left, right, value]) =>
    abbreviateBoth(integer(left), integer(right), text(value)),
  ),
  define("repeat", ["int", "string"], ([count, value]) => repeat(text(value), integer(count))),
  define("nospace", ["string"], ([value]) => removeSpaces(text(value))),
  define("contains", ["string", "string"], ([part, value]) => text(value).includes(text(part))),
  define("hasPrefix", ["string", "string"], ([prefix, value]) => text(value).startsWith(text(prefix))),
  define("hasSuffix", ["string", "string"], ([suffix, value]) => text(value).endsWith(text(suffix))),
  defineVariadic("quote", ["any"], (args) =>
    notNil(args)
      .map((value) => quote(toText(value)))
      .join(" "),
  ),
  defineVariadic("squote", ["any"], (args) =>
    notNil(args)
      .map((value) => `'${toText(value)}'`)
      .join(" "),
  ),
  defineVariadic("cat", ["any"], (args) =>
    notNil(args)
      .map((value) => toText(value))
      .join(" "),
  ),
  define("indent", ["int", "string"], ([spaces, value]) => indent(integer(spaces), text(value))),
  define("nindent", ["int", "string"], ([spaces, value]) => `\n${indent(integer(spaces), text(value))}`),
  define("replace", ["string", "string", "string"], ([search, replacement, value]) =>
    replaceText(text(value), text(search), text(replacement), -1),
  ),
  define("plural", ["string", "string", "int"], ([one, many, count]) => (count === 1n ? text(one) : text(many))),
  define("toString", ["any"], ([value]) => toText(value)),
  define("toStrings", ["any"], ([value]) => toTexts(value)),
  define("join", ["string", "any"], ([separator, value]) => limited(toTexts(value).join(text(separator)))),
  define("sortAlpha", ["any"], ([value]) => toTexts(value).sort(compareText)),
  define("split", ["string", "string"], ([separator, value]) => splitMap(splitText(text(value), text(separator), -1))),
  define("splitList", ["string", "string"], ([separator, value]) => splitText(text(value), text(separator), -1)),
  define("splitn", ["string", "int", "string"], ([separator, count, value]) =>
    splitMap(splitText(text(value), text(separator), integer(count))),
  ),
];
