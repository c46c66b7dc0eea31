import { RE2JS } from "re2js";
import { limits } from "../limits.ts";
import { EvaluationError } from "../result.ts";

const patternsCachedMax = 256;
const compiled = new Map<string, RE2JS>();

/** Compiles a regular expression with Go's syntax and linear time; throws an EvaluationError on a bad one. */
export function compilePattern(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > limits.patternLengthMax) throw new EvaluationError("error parsing regexp: expression too large");
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(pattern);
  } catch (error) {
    throw new EvaluationError(error instanceof Error ? error.message : String(error));
  }
  // Patterns repeat from task to task; the oldest makes room, so that hostile specs cannot fill the memory.
  if (compiled.size >= patternsCachedMax) compiled.delete(compiled.keys().next().value ?? "");
  compiled.set(pattern, expression);
  return expression;
}

/** Says whether the pattern matches anywhere in the text. */
export function matchesPattern(pattern: string, text: string): boolean {
  return compilePattern(pattern).matcher(text).find();
}
