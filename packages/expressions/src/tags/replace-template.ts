import type { EvaluationOptions } from "../expr/evaluation.ts";
import { quote } from "../golang/quote.ts";
import { EvaluationError, fail, type Result, succeed } from "../result.ts";
import { type CompiledTemplate, compileProgram, isJson, type SimpleTag, TemplateProgram } from "./compile-template.ts";
import { escapeValue, invalidResult } from "./escape-value.ts";
import { ExpressionReplacer } from "./replace-expression.ts";
import { isStrict, type Strictness } from "./strictness.ts";
import type { Variables } from "./variables.ts";

/**
 * Replaces every tag of the template once; a tag whose value contains tags needs another replacement.
 * With `allowUnresolved`, unknown names stay as they are; without it they are errors.
 */
export function replaceTemplate(
  template: CompiledTemplate | string,
  variables: Variables,
  options: { readonly allowUnresolved: boolean } & EvaluationOptions,
): Result<string> {
  return replaceAll(template, variables, { type: options.allowUnresolved ? "none" : "all" }, options);
}

/** Like replaceTemplate, but names at or below one of the prefixes must be resolved (artifacts excepted). */
export function replaceTemplateStrict(
  template: CompiledTemplate | string,
  variables: Variables,
  strictPrefixes: readonly string[],
  options: EvaluationOptions = {},
): Result<string> {
  const strictness: Strictness =
    strictPrefixes.length === 0 ? { type: "none" } : { type: "prefixes", prefixes: strictPrefixes };
  return replaceAll(template, variables, strictness, options);
}

function replaceAll(
  template: CompiledTemplate | string,
  variables: Variables,
  strictness: Strictness,
  options: EvaluationOptions,
): Result<string> {
  const program = asProgram(template);
  if (!program.ok) return program;
  const { source, texts, tags, mayBreakJson } = program.value;
  if (tags.length === 0) return succeed(source);
  try {
    let replaced = texts[0] ?? "";
    let expressions: ExpressionReplacer | undefined;
    for (let index = 0; index < tags.length; index++) {
      const tag = tags[index];
      if (tag === undefined) break;
      if (tag.type === "simple") replaced += replaceSimple(tag, variables, strictness);
      else {
        expressions ??= new ExpressionReplacer(variables, strictness, options);
        replaced += expressions.replace(tag);
      }
      replaced += texts[index + 1] ?? "";
    }
    return mayBreakJson && !isJson(replaced) ? fail(invalidResult) : succeed(replaced);
  } catch (error) {
    if (error instanceof EvaluationError) return fail(error.message);
    throw error;
  }
}

function asProgram(template: CompiledTemplate | string): Result<TemplateProgram> {
  if (typeof template === "string") return compileProgram(template);
  return template instanceof TemplateProgram ? succeed(template) : compileProgram(template.source);
}

function replaceSimple(tag: SimpleTag, variables: Variables, strictness: Strictness): string {
  const value = variables.get(tag.name);
  if (typeof value === "string") return escapeValue(value);
  if (value === null) {
    throw new EvaluationError(
      `unable to substitute {{${tag.raw}}}: output is an absent optional (skipped/omitted node with no default)`,
    );
  }
  const composed = tag.nested === undefined ? undefined : composeNested(tag, tag.nested, variables);
  if (composed !== undefined) return composed;
  const isArtifact = tag.name.includes(".outputs.artifacts.");
  if (isStrict(strictness, tag.name) && (strictness.type === "all" || !isArtifact)) {
    throw new EvaluationError(`failed to resolve {{${tag.raw}}}`);
  }
  return `{{${tag.raw}}}`;
}

function composeNested(
  tag: SimpleTag,
  nested: { readonly outer: string; readonly name: string },
  variables: Variables,
): string | undefined {
  const value = variables.get(nested.name);
  if (value === null) {
    const name = quote(nested.name);
    throw new EvaluationError(`unable to substitute nested tag {{${tag.raw}}}: ${name} is an absent optional`);
  }
  // The outer tag is completed by the braces that follow in the text, and resolved by the next replacement.
  return value === undefined ? undefined : `{{${nested.outer}${escapeValue(value)}`;
}
