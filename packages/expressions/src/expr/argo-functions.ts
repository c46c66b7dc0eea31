import { marshalJson } from "../golang/marshal-json.ts";
import { unmarshalJson } from "../golang/unmarshal-json.ts";
import { queryJsonPath } from "../jsonpath/query.ts";
import { sprigFunctions } from "../sprig/index.ts";
import { convertToFloat, convertToInt } from "./builtins/numbers.ts";
import { dictionaryOf, ExprFunction, type ExprFunctionShape, type ExprValue } from "./value.ts";

type Shape = Pick<ExprFunctionShape, "parameters" | "returns" | "call">;

function define(name: string, shape: Shape): readonly [string, ExprFunction] {
  return [name, new ExprFunction({ name, variadic: false, ...shape })];
}

/** What Argo adds to the expression language. */
export const argoFunctions: ReadonlyMap<string, ExprValue> = new Map<string, ExprValue>([
  define("asInt", { parameters: ["any"], returns: "any", call: ([value = null]) => convertToInt(value) }),
  define("asFloat", { parameters: ["any"], returns: "any", call: ([value = null]) => convertToFloat(value) }),
  define("toJson", { parameters: ["any"], returns: "string", call: ([value = null]) => marshalJson(value) }),
  define("jsonpath", {
    parameters: ["string", "string"],
    returns: "any",
    call: ([text, path], context) => queryJsonPath(unmarshalJson(String(text)), String(path), context),
  }),
  ["sprig", dictionaryOf(sprigFunctions)],
]);
