import {
  type CompiledTemplate,
  compileTemplate,
  type EvaluationOptions,
  evaluateWhen,
  replaceTemplate,
  type Variables,
} from "@capstan/expressions";
import type { Json } from "../json.ts";
import { fail, ok, type Result } from "../result.ts";
import type { IntOrString } from "../spec/arguments.ts";
import type { Sequence, TemplateCall } from "../spec/template.ts";
import { formatInteger } from "./go-format.ts";
import { isList, parseExactJson } from "./go-json.ts";
import { type LoopItem, loopItem } from "./loop-item.ts";
import { VariableLayers } from "./variable-layers.ts";

/** The calls that a loop makes, made one at a time: a loop over 100,000 numbers costs nothing until they are asked for. */
export interface Expansion<Call extends TemplateCall = TemplateCall> {
  readonly length: number;
  /** The name of the call, as its node has it: `step(3:some text)`. */
  nameAt(index: number): string;
  /** `item` and its fields for the call. */
  itemAt(index: number): Variables;
  /** The call itself with `{{item}}` replaced and its name set; an error when a tag stays unresolved. */
  at(index: number): Result<Call>;
}

/** Does the call loop over something? */
export function isLoop(call: TemplateCall): boolean {
  return (call.withItems?.length ?? 0) > 0 || (call.withParam ?? "") !== "" || call.withSequence !== undefined;
}

/**
 * The calls of a looping step or task, whose own references have been resolved before. `variables` is what an item's text
 * may refer to besides `item`. Errors of the loop's source are returned at once, those of one item by `at`.
 */
export function expandCall<Call extends TemplateCall>(
  call: Call,
  variables: Variables,
  evaluation: EvaluationOptions = {},
): Result<Expansion<Call>> {
  const isDisabled = willNotExecute(call.when);
  const items = loopItems(call);
  if (!items.ok && !isDisabled) return items;
  const { withItems: _items, withParam: _param, withSequence: _sequence, ...body } = call;
  const compiled = compileTemplate(JSON.stringify(body));
  if (!compiled.ok) return fail(`unable to parse argo variable: ${compiled.error}`);
  const values = items.ok ? items.value : noItems;
  const visible = isDisabled ? withoutAbsent(variables) : variables;
  return ok(new LazyExpansion(call, compiled.value, values, visible, { allowUnresolved: isDisabled, ...evaluation }));
}

/** A condition that is false whatever the item is: such calls are never made, so that their tags may stay unresolved. */
function willNotExecute(when: string | undefined): boolean {
  if (when === undefined || when === "") return false;
  const proceeds = evaluateWhen(when);
  return proceeds.ok && !proceeds.value;
}

interface Items {
  readonly length: number;
  at(index: number): Json;
}

const noItems: Items = { length: 0, at: () => null };

class LazyExpansion<Call extends TemplateCall> implements Expansion<Call> {
  readonly #call: Call;
  readonly #compiled: CompiledTemplate;
  readonly #items: Items;
  readonly #variables: Variables;
  readonly #options: Parameters<typeof replaceTemplate>[2];

  constructor(
    call: Call,
    compiled: CompiledTemplate,
    items: Items,
    variables: Variables,
    options: Parameters<typeof replaceTemplate>[2],
  ) {
    this.#call = call;
    this.#compiled = compiled;
    this.#items = items;
    this.#variables = variables;
    this.#options = options;
  }

  get length(): number {
    return this.#items.length;
  }

  nameAt(index: number): string {
    return this.#name(index, this.itemAt(index));
  }

  itemAt(index: number): LoopItem {
    return loopItem(this.#items.at(index));
  }

  at(index: number): Result<Call> {
    const item = this.itemAt(index);
    const replaced = replaceTemplate(this.#compiled, new VariableLayers(item, this.#variables), this.#options);
    if (!replaced.ok) return replaced;
    const call: { -readonly [field in keyof Call]: Call[field] } = JSON.parse(replaced.value);
    call.name = this.#name(index, item);
    // Argo takes the name of the called template as it was before; only a templateRef can depend on the item.
    if (this.#call.template !== undefined) call.template = this.#call.template;
    return ok(call);
  }

  // Parentheses would make the loop's index unreadable for those who parse names.
  #name(index: number, item: LoopItem): string {
    return `${this.#call.name}(${index}:${item.description.replace(/[()]/g, "")})`;
  }
}

/** The same variables without the outputs that skipped nodes owe: their tags stay as they are. */
function withoutAbsent(variables: Variables): Variables {
  return { get: (name) => variables.get(name) ?? undefined, keys: () => variables.keys() };
}

function loopItems(call: TemplateCall): Result<Items> {
  if (call.withItems !== undefined && call.withItems.length > 0) return ok(listItems(call.withItems));
  if (call.withParam !== undefined && call.withParam !== "") return parameterItems(call.withParam);
  return call.withSequence === undefined ? ok(noItems) : sequenceItems(call.withSequence);
}

function listItems(list: readonly Json[]): Items {
  return { length: list.length, at: (index) => list[index] ?? null };
}

function parameterItems(text: string): Result<Items> {
  const problem = (reason: string) =>
    fail(`withParam value could not be parsed as a JSON list: ${text.trim()}: ${reason}`);
  const value = parseExactJson(text);
  if (value === undefined) return problem(jsonProblem(text));
  if (value === null) return ok(noItems);
  if (isList(value)) return ok(listItems(value));
  const type = typeof value === "boolean" ? "bool" : typeof value;
  return problem(`json: cannot unmarshal ${type} into Go value of type []v1alpha1.Item`);
}

// V8's own messages differ between versions; the first character tells most of what users get wrong.
function jsonProblem(text: string): string {
  const start = text.trimStart();
  if (start === "") return "unexpected end of JSON input";
  const first = String.fromCodePoint(start.codePointAt(0) ?? 0);
  return /^["[{\-\dtfn]/.test(first)
    ? "it is not valid JSON"
    : `invalid character '${first}' looking for beginning of value`;
}

function sequenceItems(sequence: Sequence): Result<Items> {
  const start = sequence.start === undefined ? ok(0) : wholeNumber(sequence.start);
  if (!start.ok) return start;
  const end = sequenceEnd(sequence, start.value);
  if (!end.ok) return end;
  if (end.value === undefined) return ok(noItems);
  const format = sequence.format || "%d";
  const step = start.value <= end.value ? 1 : -1;
  const first = sequenceItem(format, start.value);
  if (!first.ok) return first;
  return ok({
    length: (end.value - start.value) * step + 1,
    at: (index) => {
      const item = sequenceItem(format, start.value + index * step);
      return item.ok ? item.value : null;
    },
  });
}

function sequenceEnd(sequence: Sequence, start: number): Result<number | undefined> {
  if (sequence.end !== undefined) return wholeNumber(sequence.end);
  if (sequence.count === undefined) return fail("neither end nor count was specified in withSequence");
  const count = wholeNumber(sequence.count);
  if (!count.ok) return count;
  return ok(count.value === 0 ? undefined : start + count.value - 1);
}

function wholeNumber(value: IntOrString): Result<number> {
  const text = String(value);
  if (!/^[+-]?\d+$/.test(text)) return fail(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const number = Number(text);
  if (!Number.isSafeInteger(number)) return fail(`strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`);
  return ok(number);
}

// Argo puts the formatted number between quotes and parses that as JSON, so that a format may hold JSON's escapes.
function sequenceItem(format: string, value: number): Result<string> {
  const text = formatInteger(format, value);
  try {
    const item: unknown = JSON.parse(`"${text}"`);
    if (typeof item === "string") return ok(item);
  } catch {
    // Reported below: a quote or a bare line break in the format.
  }
  return fail(`withSequence: the format ${JSON.stringify(format)} does not give the inside of a JSON string`);
}
