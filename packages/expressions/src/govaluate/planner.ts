import { compilePattern } from "../golang/pattern.ts";
import { EvaluationError } from "../result.ts";
import { reorderStages } from "./reorder.ts";
import type { OperatorSymbol, Stage, StageOperator } from "./stage.ts";
import type { Token, TokenKind } from "./token.ts";

interface Level {
  readonly kind: TokenKind;
  readonly symbols: ReadonlySet<string>;
}

/** From the loosest binding to the tightest; each level's left side is the next level. */
const levels: readonly Level[] = [
  { kind: "separator", symbols: new Set([","]) },
  { kind: "ternary", symbols: new Set(["?", ":", "??"]) },
  { kind: "logical", symbols: new Set(["||"]) },
  { kind: "logical", symbols: new Set(["&&"]) },
  { kind: "comparator", symbols: new Set(["==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in"]) },
  { kind: "modifier", symbols: new Set(["^", "&", "|"]) },
  { kind: "modifier", symbols: new Set([">>", "<<"]) },
  { kind: "modifier", symbols: new Set(["+", "-"]) },
  { kind: "modifier", symbols: new Set(["*", "/", "%"]) },
  { kind: "modifier", symbols: new Set(["**"]) },
];

const prefixSymbols: Readonly<Record<string, OperatorSymbol>> = { "-": "negate", "!": "invert", "~": "complement" };

class Planner {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  planAll(): Stage | undefined {
    return this.#tokens.length === this.#index ? undefined : this.#planLevel(0);
  }

  #planLevel(depth: number): Stage | undefined {
    const level = levels[depth];
    if (level === undefined) return this.#planValue();
    const left = this.#planLevel(depth + 1);
    const token = this.#tokens[this.#index];
    if (token === undefined || token.kind !== level.kind || !level.symbols.has(String(token.value))) return left;
    this.#index++;
    // The right side starts at the same level, so a chain leans to the right until it is reordered.
    const right = this.#planLevel(depth);
    return { operator: { type: "operator", symbol: String(token.value) as OperatorSymbol }, left, right };
  }

  #planValue(): Stage | undefined {
    const token = this.#tokens[this.#index];
    if (token === undefined) return undefined;
    switch (token.kind) {
      case "clause-close":
        return undefined;
      case "clause": {
        this.#index++;
        const right = this.planAll();
        this.#index++;
        return { operator: { type: "group" }, left: undefined, right };
      }
      case "prefix": {
        this.#index++;
        const symbol = prefixSymbols[String(token.value)] ?? "negate";
        return { operator: { type: "operator", symbol }, left: undefined, right: this.#planValue() };
      }
      default:
        this.#index++;
        return { operator: planOperand(token), left: undefined, right: undefined };
    }
  }
}

function planOperand(token: Token): StageOperator {
  switch (token.kind) {
    case "numeric":
    case "boolean":
    case "string":
    case "time":
      return { type: "literal", value: token.value };
    // Argo turns every variable into a string, so that `foo == foo` needs no quotes.
    case "variable":
      return { type: "literal", value: String(token.value) };
    case "pattern":
      return { type: "literal", value: compilePattern(String(token.value)) };
    case "accessor":
      return { type: "accessor", name: String(token.value) };
    default:
      throw new EvaluationError(`Unable to plan token kind: '${token.kind.toUpperCase()}', value: '${token.value}'`);
  }
}

/** Builds the evaluation plan of tokens whose syntax has been checked; undefined for an empty expression. */
export function planStages(tokens: readonly Token[]): Stage | undefined {
  const root = new Planner(tokens).planAll();
  if (root !== undefined) reorderStages(root);
  return root;
}
