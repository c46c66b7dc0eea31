import {
  type CallContext,
  ExprFunction,
  type ExprFunctionShape,
  type ExprValue,
  type ParameterType,
} from "../expr/value.ts";

export type SprigEntry = readonly [string, ExprFunction];
type Call = (args: readonly ExprValue[], context: CallContext) => ExprValue;

function make(name: string, parameters: readonly ParameterType[], variadic: boolean, call: Call): SprigEntry {
  const shape: ExprFunctionShape = { name, parameters, variadic, returns: "any", call };
  return [name, new ExprFunction(shape)];
}

/** Declares a function with a fixed number of parameters. */
export function define(name: string, parameters: readonly ParameterType[], call: Call): SprigEntry {
  return make(name, parameters, false, call);
}

/** Declares a function whose last parameter repeats. */
export function defineVariadic(name: string, parameters: readonly ParameterType[], call: Call): SprigEntry {
  return make(name, parameters, true, call);
}

/** An argument that its declaration says is a string. */
export function text(value: ExprValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** An argument that its declaration says is an int. */
export function integer(value: ExprValue | undefined): number {
  return typeof value === "bigint" ? Number(value) : 0;
}
