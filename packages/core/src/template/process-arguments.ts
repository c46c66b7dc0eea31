import {
  type CompiledTemplate,
  compileTemplate,
  type EvaluationOptions,
  replaceTemplate,
  type Variables,
} from "@capstan/expressions";
import { fail, ok, type Result } from "../result.ts";
import type { Arguments, Inputs } from "../spec/arguments.ts";
import type { Template } from "../spec/template.ts";
import { InputVariables } from "./input-variables.ts";
import { type SupplyContext, supplyInputs } from "./supply-inputs.ts";
import { VariableLayers } from "./variable-layers.ts";

export interface ProcessContext extends SupplyContext {
  /** node.name, pod.name, steps.name, tasks.name, retries, lastRetry.*. */
  readonly locals?: Variables;
  /** The clock and the chance that expressions may ask for. */
  readonly evaluation?: EvaluationOptions;
}

/**
 * The template that one call runs: its inputs have the call's values, and every tag that refers to globals, locals or
 * inputs is replaced. Tags of names that are not known yet (steps.*, tasks.*, item, …) stay.
 */
export function processArguments(
  template: Template,
  args: Arguments | undefined,
  context: ProcessContext,
): Result<Template> {
  const supplied = supplyInputs(template.inputs, args, context);
  if (!supplied.ok) return supplied;
  return substitute(template, supplied.value, context);
}

/** Replaces the tags of a template that has its inputs already, once more with new locals (a retry's attempt). */
export function substituteTemplate(template: Template, context: SubstituteContext): Result<Template> {
  return substitute(template, template.inputs, context);
}

type SubstituteContext = Pick<ProcessContext, "globals" | "locals" | "evaluation">;

/** A template's JSON without its inputs, which differ from call to call, with its tags found. */
interface Body {
  readonly compiled: CompiledTemplate;
  /** Simple tags only, none nested, and none in the paths of outputs: outer and inner names can be replaced in one pass. */
  readonly takesOnePass: boolean;
}

const bodies = new WeakMap<Template, Result<Body>>();

function bodyOf(template: Template): Result<Body> {
  let body = bodies.get(template);
  if (body === undefined) {
    body = compileBody(template);
    bodies.set(template, body);
  }
  return body;
}

function compileBody(template: Template): Result<Body> {
  const { inputs: _inputs, ...rest } = template;
  const compiled = compileTemplate(JSON.stringify(rest));
  if (!compiled.ok) return compiled;
  const { source, simpleTags } = compiled.value;
  const takesOnePass =
    !source.includes(expressionOpening) &&
    !simpleTags.some((tag) => tag.includes(tagOpening)) &&
    !JSON.stringify(template.outputs ?? {}).includes(tagOpening);
  return ok({ compiled: compiled.value, takesOnePass });
}

type ReplaceOptions = Parameters<typeof replaceTemplate>[2];

const tagOpening = "{{";
const expressionOpening = "{{=";

function substitute(template: Template, inputs: Inputs | undefined, context: SubstituteContext): Result<Template> {
  const { globals, locals, evaluation } = context;
  const outer = locals === undefined ? globals : new VariableLayers(locals, globals);
  const options: ReplaceOptions = { allowUnresolved: true, ...evaluation };
  const body = bodyOf(template);
  if (!body.ok) return body;
  const supplied = replaceInInputs(inputs, outer, options);
  if (!supplied.ok) return supplied;
  const text = body.value.takesOnePass
    ? replaceInOnePass(body.value.compiled, outer, new InputVariables(supplied.value, template.outputs), options)
    : replaceInTwoPasses(body.value.compiled, outer, supplied.value, options);
  if (!text.ok) return text;
  const replaced: { -readonly [field in keyof Template]: Template[field] } = JSON.parse(text.value);
  const inner = new InputVariables(supplied.value, replaced.outputs);
  const final = replaceInInputs(supplied.value, new VariableLayers(inner, outer), options);
  if (!final.ok) return final;
  if (final.value !== undefined) replaced.inputs = final.value;
  return ok(replaced);
}

/**
 * Argo replaces globals first and inputs in a second pass, so that a global's value may bring in a tag. One pass gives the
 * same unless a value does that; then the result is passed over again.
 */
function replaceInOnePass(
  compiled: CompiledTemplate,
  outer: Variables,
  inner: Variables,
  options: ReplaceOptions,
): Result<string> {
  const watched = new WatchedLayers(outer, inner);
  const replaced = replaceTemplate(compiled, watched, options);
  if (!replaced.ok || !watched.bringsInTags) return replaced;
  const once = replaceTemplate(compiled, outer, options);
  return once.ok ? replaceTemplate(once.value, new VariableLayers(inner, outer), options) : once;
}

/** Two layers that notice a value of the outer one that would be read as a tag, or as the beginning of one. */
class WatchedLayers implements Variables {
  readonly #outer: Variables;
  readonly #inner: Variables;
  bringsInTags = false;

  constructor(outer: Variables, inner: Variables) {
    this.#outer = outer;
    this.#inner = inner;
  }

  get(name: string): string | null | undefined {
    const value = this.#outer.get(name);
    if (value === undefined) return this.#inner.get(name);
    if (value?.includes(tagOpening) || value?.endsWith("{")) this.bringsInTags = true;
    return value;
  }

  keys(): Iterable<string> {
    return new VariableLayers(this.#outer, this.#inner).keys();
  }
}

function replaceInTwoPasses(
  compiled: CompiledTemplate,
  outer: Variables,
  inputs: Inputs | undefined,
  options: ReplaceOptions,
): Result<string> {
  const once = replaceTemplate(compiled, outer, options);
  if (!once.ok || !once.value.includes(tagOpening)) return once;
  const { outputs }: Template = JSON.parse(once.value);
  const layers = new VariableLayers(new InputVariables(inputs, outputs), outer);
  return replaceTemplate(once.value, layers, options);
}

function replaceInInputs(
  inputs: Inputs | undefined,
  variables: Variables,
  options: ReplaceOptions,
): Result<Inputs | undefined> {
  if (inputs === undefined || !holdsTag(inputs)) return ok(inputs);
  const compiled = compileTemplate(JSON.stringify(inputs));
  // Braces that never close are no tag but somebody's text.
  if (!compiled.ok) return ok(inputs);
  const replaced = replaceTemplate(compiled.value, variables, options);
  if (!replaced.ok) return fail(replaced.error);
  const value: Inputs = JSON.parse(replaced.value);
  return ok(value);
}

function holdsTag(inputs: Inputs): boolean {
  for (const { name: _name, value, default: defaultValue, ...rest } of inputs.parameters ?? []) {
    if (value?.includes(tagOpening) || defaultValue?.includes(tagOpening)) return true;
    if (Object.keys(rest).length > 0 && JSON.stringify(rest).includes(tagOpening)) return true;
  }
  return (inputs.artifacts?.length ?? 0) > 0 && JSON.stringify(inputs.artifacts).includes(tagOpening);
}
