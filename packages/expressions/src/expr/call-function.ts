import { typeName } from "../golang/format-value.ts";
import { GoTime } from "../golang/time.ts";
import { EvaluationError } from "../result.ts";
import { type CallContext, type ExprFunction, ExprMap, type ExprValue, isArray, type ParameterType } from "./value.ts";

const zeroValues: Readonly<Partial<Record<ParameterType, ExprValue>>> = {
  string: "",
  int: 0n,
  float64: 0,
  bool: false,
};

function accepts(type: ParameterType, value: ExprValue): boolean {
  switch (type) {
    case "any":
      return true;
    case "string":
      return typeof value === "string";
    case "int":
      return typeof value === "bigint";
    case "float64":
      return typeof value === "number";
    case "bool":
      return typeof value === "boolean";
    case "map":
      return value instanceof ExprMap && value.keyType === "string";
    case "[]any":
    case "[]string":
      return isArray(value);
    case "time":
      return value instanceof GoTime;
  }
}

/** Calls a function of the environment, checking the arguments as Go's reflection does. */
export function callFunction(callee: ExprValue, args: readonly ExprValue[], context: CallContext): ExprValue {
  if (callee === null) throw new EvaluationError("invalid operation: cannot call nil");
  if (!isFunction(callee)) {
    throw new EvaluationError(`invalid operation: cannot call non-function of type ${typeName(callee)}`);
  }
  const { parameters, variadic, call } = callee.shape;
  const required = variadic ? parameters.length - 1 : parameters.length;
  if (args.length < required || (!variadic && args.length > required)) {
    const expected = variadic ? `at least ${required}` : String(required);
    throw new EvaluationError(`invalid number of arguments: expected ${expected}, got ${args.length}`);
  }
  const checked = args.map((value, index) => {
    const type = parameters[Math.min(index, parameters.length - 1)] ?? "any";
    // Reflection turns nil into the zero value of the parameter's type.
    if (value === null) return zeroValues[type] ?? null;
    if (accepts(type, value)) return value;
    throw new EvaluationError(`reflect: Call using ${typeName(value)} as type ${type}`);
  });
  return call(checked, context);
}

function isFunction(value: ExprValue): value is ExprFunction {
  return typeof value === "object" && value !== null && "shape" in value;
}
