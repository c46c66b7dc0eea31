import { replaceTemplate, type Variables } from "@capstan/expressions";
import { fail, ok, type Result } from "../result.ts";

/** The value of an expression as text: strings as they are, other values as Go prints or encodes them. */
export function evaluateToText(expression: string, variables: Variables): Result<string> {
  const replaced = replaceTemplate(JSON.stringify(`{{=${expression}}}`), variables, { allowUnresolved: false });
  if (!replaced.ok) return replaced;
  const text: unknown = JSON.parse(replaced.value);
  return typeof text === "string" ? ok(text) : fail(`failed to evaluate expression ${JSON.stringify(expression)}`);
}

/** The truth of an expression. */
export function evaluateToBoolean(expression: string, variables: Variables): Result<boolean> {
  const text = evaluateToText(expression, variables);
  if (!text.ok) return text;
  if (text.value === "true" || text.value === "false") return ok(text.value === "true");
  return fail(`unable to cast expression result '${text.value}' to bool`);
}
