import { capture, EvaluationError, type Result } from "../result.ts";

export type SelectorOperator = "in" | "notin" | "=" | "==" | "!=" | ">" | "<" | "exists" | "!";

/** One term of a selector. */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** A conjunction of requirements, in the order of their keys. */
export interface LabelSelector {
  readonly requirements: readonly Requirement[];
}

/** Finds the value below a key; undefined when there is none. */
export type LabelLookup = (key: string) => string | undefined;

const token = /\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+)/y;
const name = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const domain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const symbols: ReadonlySet<string> = new Set(["==", "!=", "=", "!", "<", ">", "(", ")", ","]);
const comparisons: ReadonlySet<string> = new Set(["=", "==", "!=", ">", "<"]);

function readTokens(source: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const text = source.trimEnd();
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) break;
    tokens.push(match[1] ?? "");
  }
  return tokens;
}

function checkKey(key: string): void {
  const slash = key.indexOf("/");
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const isValid =
    name.test(key.slice(slash + 1)) && (prefix === undefined || (prefix.length <= 253 && domain.test(prefix)));
  if (!isValid)
    throw new EvaluationError(
      `key: Invalid value: "${key}": name part must consist of alphanumeric characters, '-', '_' or '.'`,
    );
}

function checkValue(key: string, operator: SelectorOperator, value: string): void {
  if ((operator === ">" || operator === "<") && !/^[+-]?\d{1,19}$/.test(value)) {
    throw new EvaluationError(
      `values[0]: Invalid value: "${value}": for 'Gt', 'Lt' operators, the value must be an integer`,
    );
  }
  if (value !== "" && !name.test(value)) {
    throw new EvaluationError(
      `values[0][${key}]: Invalid value: "${value}": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'`,
    );
  }
}

class SelectorParser {
  readonly #tokens: readonly string[];
  #index = 0;

  constructor(source: string) {
    this.#tokens = readTokens(source);
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    while (this.#index < this.#tokens.length) {
      requirements.push(this.#parseRequirement());
      if (this.#index >= this.#tokens.length) break;
      this.#expect(",");
      if (this.#index >= this.#tokens.length) throw new EvaluationError("found '', expected: identifier after ','");
    }
    return requirements.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  }

  #take(): string {
    return this.#tokens[this.#index++] ?? "";
  }

  #expect(wanted: string): void {
    const found = this.#take();
    if (found !== wanted) throw new EvaluationError(`found '${found}', expected: '${wanted}'`);
  }

  #parseRequirement(): Requirement {
    const isNegated = this.#tokens[this.#index] === "!";
    if (isNegated) this.#index++;
    const key = this.#take();
    if (key === "" || symbols.has(key))
      throw new EvaluationError(`found '${key}', expected: !, identifier, or 'end of string'`);
    checkKey(key);
    const next = this.#tokens[this.#index];
    if (isNegated) return { key, operator: "!", values: [] };
    if (next === undefined || next === ",") return { key, operator: "exists", values: [] };
    return this.#parseCondition(key, this.#take());
  }

  #parseCondition(key: string, operator: string): Requirement {
    if (operator !== "in" && operator !== "notin" && !comparisons.has(operator)) {
      throw new EvaluationError(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
    }
    const checked = operator as SelectorOperator;
    const values = operator === "in" || operator === "notin" ? this.#parseValues() : [this.#parseValue()];
    for (const value of values) checkValue(key, checked, value);
    return { key, operator: checked, values };
  }

  // "x=" and "x=," ask for the empty value.
  #parseValue(): string {
    const next = this.#tokens[this.#index];
    if (next === undefined || next === ",") return "";
    if (symbols.has(next)) throw new EvaluationError(`found '${next}', expected: identifier`);
    return this.#take();
  }

  #parseValues(): string[] {
    this.#expect("(");
    const values: string[] = [];
    for (;;) {
      const next = this.#tokens[this.#index];
      if (next !== undefined && next !== "," && next !== ")") {
        if (symbols.has(next)) throw new EvaluationError(`found '${next}', expected: ',', ')' or identifier`);
        values.push(this.#take());
      } else values.push("");
      const separator = this.#take();
      if (separator === ")") return values;
      if (separator !== ",") throw new EvaluationError(`found '${separator}', expected: ',' or ')'`);
    }
  }
}

/** Parses a selector in the grammar of `kubectl get -l`; an empty one matches everything. */
export function parseLabelSelector(source: string): Result<LabelSelector> {
  return capture(() => ({ requirements: new SelectorParser(source).parse() }));
}

/** Says whether a value satisfies one requirement. */
export function matchesRequirement(requirement: Requirement, lookup: LabelLookup): boolean {
  const { operator, values } = requirement;
  const value = lookup(requirement.key);
  switch (operator) {
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "in":
    case "=":
    case "==":
      return value !== undefined && values.includes(value);
    case "notin":
    case "!=":
      return value === undefined || !values.includes(value);
    default:
      return value !== undefined && compareIntegers(operator, value, values[0] ?? "");
  }
}

function compareIntegers(operator: ">" | "<", value: string, bound: string): boolean {
  if (!/^[+-]?\d{1,19}$/.test(value)) return false;
  const left = BigInt(value.replace("+", ""));
  const right = BigInt(bound.replace("+", ""));
  return operator === ">" ? left > right : left < right;
}

/** Says whether labels satisfy every requirement. */
export function matchesSelector(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const lookup = (key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  return selector.requirements.every((requirement) => matchesRequirement(requirement, lookup));
}

/** Writes a selector so that selectors of the same requirements are written alike; parsing gives it back. */
export function formatLabelSelector({ requirements }: LabelSelector): string {
  return [...new Set(requirements.map(formatRequirement))].sort().join(",");
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator}(${[...new Set(values)].sort().join(",")})`;
    case "==":
      return `${key}=${values[0] ?? ""}`;
    default:
      return `${key}${operator}${values[0] ?? ""}`;
  }
}
