import {
  type CompiledExpression,
  compileExpression,
  type EvaluationOptions,
  environmentFromVariables,
  evaluateBoolean,
  evaluateExpression,
  formatValue,
  type Variables,
} from "@capstan/expressions";
import { fail, ok, type Result } from "../result.ts";

/** The value of a bare expression as text, as Go prints it. That there is no value is an error. */
export function evaluateToText(
  expression: string,
  variables: Variables,
  options: EvaluationOptions = {},
): Result<string> {
  const compiled: Result<CompiledExpression> = compileExpression(expression);
  if (!compiled.ok) return compiled;
  const result = evaluateExpression(compiled.value, environmentFromVariables(variables), options);
  if (!result.ok) return result;
  if (result.value === null) return fail(`failed to evaluate expression ${JSON.stringify(expression)}`);
  return ok(formatValue(result.value));
}

/** The truth of a bare expression: retry strategies, hooks. */
export function evaluateToBoolean(
  expression: string,
  variables: Variables,
  options: EvaluationOptions = {},
): Result<boolean> {
  return evaluateBoolean(expression, environmentFromVariables(variables), options);
}
