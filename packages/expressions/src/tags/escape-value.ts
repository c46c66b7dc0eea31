import { needsNoQuoting, quoteText } from "../golang/quote.ts";
import { EvaluationError } from "../result.ts";

export const invalidResult = "cannot finish template replacement because the result was invalid JSON";

/** Escapes a value for the inside of a JSON string, with Go's quoting as Argo does. */
export function escapeValue(value: string): string {
  if (needsNoQuoting(value)) return value;
  const quoted = quoteText(value);
  if (!quoted.isJson) throw new EvaluationError(invalidResult);
  return quoted.text;
}
