import { decodeBase64, encodeBase64 } from "../../golang/base64.ts";
import { formatValue, typeName } from "../../golang/format-value.ts";
import { marshalJson } from "../../golang/marshal-json.ts";
import { trimSpace } from "../../golang/spaces.ts";
import { replaceText, splitText, trimSet } from "../../golang/strings.ts";
import { byteLength, decodeUtf8, encodeUtf8, toLower, toUpper } from "../../golang/text.ts";
import { unmarshalJson } from "../../golang/unmarshal-json.ts";
import { limits } from "../../limits.ts";
import { EvaluationError } from "../../result.ts";
import { requireString, toInt } from "../operators.ts";
import { type ExprValue, isArray, nilArray } from "../value.ts";
import { argument, type Builtin, type BuiltinTable } from "./builtin.ts";

const text = (args: readonly ExprValue[], index: number) => requireString(argument(args, index));

function trimSide(cut: (value: string, affix: string) => string): Builtin {
  return (args) => cut(text(args, 0), args.length === 2 ? text(args, 1) : " ");
}

function splitWith(keepsSeparator: boolean): Builtin {
  return (args, context) => {
    const count = args.length === 3 ? Number(toInt(argument(args, 2))) : -1;
    if (count === 0) return nilArray;
    const parts = splitText(text(args, 0), text(args, 1), count, keepsSeparator);
    context.spend(parts.length);
    return parts;
  };
}

const replace: Builtin = (args) => {
  const count = args.length === 4 ? Number(toInt(argument(args, 3))) : -1;
  return replaceText(text(args, 0), text(args, 1), text(args, 2), count);
};

const repeat: Builtin = (args, context) => {
  const value = text(args, 0);
  const count = Number(toInt(argument(args, 1)));
  if (count < 0) throw new EvaluationError(`invalid argument for repeat (expected positive integer, got ${count})`);
  if (count > limits.repeatCountMax) throw new EvaluationError("memory budget exceeded");
  context.allocate(byteLength(value) * count);
  return value.repeat(count);
};

const join: Builtin = (args) => {
  const list = argument(args, 0);
  if (!isArray(list)) throw new EvaluationError(`invalid argument for join (type ${typeName(list)})`);
  const glue = args.length === 2 ? text(args, 1) : "";
  let length = 0;
  const parts = list.map((element) => {
    const part = requireString(element);
    length += part.length + glue.length;
    if (length > limits.stringLengthMax) throw new EvaluationError("memory budget exceeded");
    return part;
  });
  return parts.join(glue);
};

function byteIndex(value: string, index: number): bigint {
  return BigInt(index < 0 ? -1 : byteLength(value.slice(0, index)));
}

export const stringBuiltins: BuiltinTable = [
  ["string", (args) => limitLength(formatValue(argument(args, 0)))],
  ["trim", (args) => (args.length === 2 ? trimSet(text(args, 0), text(args, 1)) : trimSpace(text(args, 0)))],
  ["trimPrefix", trimSide((value, affix) => (value.startsWith(affix) ? value.slice(affix.length) : value))],
  [
    "trimSuffix",
    trimSide((value, affix) => (value.endsWith(affix) ? value.slice(0, value.length - affix.length) : value)),
  ],
  ["upper", (args) => toUpper(text(args, 0))],
  ["lower", (args) => toLower(text(args, 0))],
  ["split", splitWith(false)],
  ["splitAfter", splitWith(true)],
  ["replace", replace],
  ["repeat", repeat],
  ["join", join],
  ["indexOf", (args) => byteIndex(text(args, 0), text(args, 0).indexOf(text(args, 1)))],
  ["lastIndexOf", (args) => byteIndex(text(args, 0), text(args, 0).lastIndexOf(text(args, 1)))],
  ["hasPrefix", (args) => text(args, 0).startsWith(text(args, 1))],
  ["hasSuffix", (args) => text(args, 0).endsWith(text(args, 1))],
  ["toJSON", (args) => marshalJson(argument(args, 0), { indent: "  " })],
  ["fromJSON", (args) => unmarshalJson(text(args, 0))],
  ["toBase64", (args) => encodeBase64(encodeUtf8(text(args, 0)))],
  ["fromBase64", (args) => decodeUtf8(decodeBase64(text(args, 0)))],
];

function limitLength(value: string): string {
  if (value.length > limits.stringLengthMax) throw new EvaluationError("memory budget exceeded");
  return value;
}
