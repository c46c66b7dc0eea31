import type { CallContext, ExprValue } from "../value.ts";

/** A builtin: its arguments have been checked only as far as their static types were known. */
export type Builtin = (args: readonly ExprValue[], context: CallContext) => ExprValue;

export type BuiltinTable = readonly (readonly [string, Builtin])[];

/** The argument at a position; nil when it is missing, which only an unchecked call can cause. */
export function argument(args: readonly ExprValue[], index: number): ExprValue {
  return args[index] ?? null;
}
