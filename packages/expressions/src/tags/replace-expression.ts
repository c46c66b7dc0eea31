import { type ExprEnvironment, environmentFromVariables } from "../expr/environment.ts";
import type { EvaluationOptions } from "../expr/evaluation.ts";
import { checkProgram, compileProgram, type Program, runProgram } from "../expr/expression.ts";
import { findIdentifiers } from "../expr/identifiers.ts";
import { ExprMap, type ExprValue } from "../expr/value.ts";
import { marshalJson } from "../golang/marshal-json.ts";
import { quote } from "../golang/quote.ts";
import { capture, EvaluationError, type Result, succeed } from "../result.ts";
import type { ExpressionTag } from "./compile-template.ts";
import { escapeValue } from "./escape-value.ts";
import { isStrict, type Strictness } from "./strictness.ts";
import type { Variables } from "./variables.ts";

/** Argo gives unresolved values this prefix while it validates; expressions that meet one may fail. */
const placeholderPrefix = "__argo__internal__placeholder-";

/** Names that get their values late: an expression that needs one before it exists is left for later. */
const lateNames: ReadonlySet<string> = new Set([
  "item",
  "retries",
  "lastRetry.exitCode",
  "lastRetry.status",
  "lastRetry.duration",
  "lastRetry.message",
  "workflow.status",
  "workflow.failures",
]);

interface ParsedTag {
  readonly program: Program;
  readonly identifiers: readonly string[];
}

// A compiled template is replaced for each task, so its expressions are parsed at the first replacement only.
const parsedTags = new WeakMap<ExpressionTag, Result<ParsedTag>>();

function parseTag(tag: ExpressionTag, source: string): Result<ParsedTag> {
  const known = parsedTags.get(tag);
  if (known !== undefined) return known;
  const program = compileProgram(source);
  const parsed = program.ok
    ? succeed({ program: program.value, identifiers: findIdentifiers(program.value.parsed.root) })
    : program;
  parsedTags.set(tag, parsed);
  return parsed;
}

/** Replaces the expression tags of one template by their values. */
export class ExpressionReplacer {
  readonly #variables: Variables;
  readonly #strictness: Strictness;
  readonly #options: EvaluationOptions;
  readonly #environment: ExprEnvironment;
  #hasPlaceholders: boolean | undefined;

  constructor(variables: Variables, strictness: Strictness, options: EvaluationOptions) {
    this.#variables = variables;
    this.#strictness = strictness;
    this.#options = options;
    this.#environment = environmentFromVariables(variables);
  }

  replace(tag: ExpressionTag): string {
    if (tag.source === undefined) throw new EvaluationError("failed to unmarshall JSON expression");
    const parsed = parseTag(tag, tag.source);
    if (!parsed.ok) {
      if (this.#mayFail()) return leave(tag);
      throw new EvaluationError(`failed to evaluate expression: ${parsed.error}`);
    }
    const { program, identifiers } = parsed.value;
    const missing = identifiers.filter((name) => !this.#hasVariable(name));
    const strict = missing.find((name) => isStrict(this.#strictness, name));
    if (strict !== undefined) throw new EvaluationError(`failed to evaluate expression: ${strict} is missing`);
    const allowUnresolved = missing.length > 0 || this.#strictness.type === "none";
    if (allowUnresolved && missing.some((name) => lateNames.has(name))) return leave(tag);
    return this.#write(tag, program, allowUnresolved);
  }

  #write(tag: ExpressionTag, program: Program, allowUnresolved: boolean): string {
    const checked = checkProgram(program, this.#environment);
    const result = checked.ok ? runProgram(checked.value, this.#environment, this.#options) : checked;
    if (!result.ok || result.value === null) {
      if (allowUnresolved || this.#mayFail()) return leave(tag);
      const reason = result.ok ? ` ${quote(tag.raw)}` : `: ${result.error}`;
      throw new EvaluationError(`failed to evaluate expression${reason}`);
    }
    const written = writeValue(result.value);
    if (written.ok) return written.value;
    if (allowUnresolved && written.error.startsWith("json:")) return leave(tag);
    throw new EvaluationError(`failed to marshal evaluated expression: ${written.error}`);
  }

  /** Failures are tolerated while a placeholder stands for some value, because it may be the cause. */
  #mayFail(): boolean {
    this.#hasPlaceholders ??= findPlaceholder(this.#variables);
    return this.#hasPlaceholders;
  }

  #hasVariable(path: string): boolean {
    const [root = "", ...rest] = path.split(".");
    let value: ExprValue | undefined = this.#environment.get(root);
    for (const name of rest) {
      if (!(value instanceof ExprMap)) return false;
      value = value.get(name);
    }
    return value !== undefined;
  }
}

function findPlaceholder(variables: Variables): boolean {
  for (const key of variables.keys()) {
    if (variables.get(key)?.startsWith(placeholderPrefix)) return true;
  }
  return false;
}

function leave(tag: ExpressionTag): string {
  return `{{=${tag.raw}}}`;
}

/** A value as the inside of a JSON string: a text as it is, anything else as JSON. */
function writeValue(value: ExprValue): Result<string> {
  return capture(() => {
    const json = marshalJson(value);
    return json.length > 1 && json.startsWith('"') && json.endsWith('"') ? json.slice(1, -1) : escapeValue(json);
  });
}
