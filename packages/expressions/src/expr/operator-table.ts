export interface OperatorRule {
  readonly precedence: number;
  readonly rightAssociative: boolean;
}

const left = (precedence: number): OperatorRule => ({ precedence, rightAssociative: false });
const right = (precedence: number): OperatorRule => ({ precedence, rightAssociative: true });

export const unaryOperators: ReadonlyMap<string, OperatorRule> = new Map([
  ["not", left(50)],
  ["!", left(50)],
  ["-", left(90)],
  ["+", left(90)],
]);

export const binaryOperators: ReadonlyMap<string, OperatorRule> = new Map([
  ["|", left(0)],
  ["or", left(10)],
  ["||", left(10)],
  ["and", left(15)],
  ["&&", left(15)],
  ["==", left(20)],
  ["!=", left(20)],
  ["<", left(20)],
  [">", left(20)],
  [">=", left(20)],
  ["<=", left(20)],
  ["in", left(20)],
  ["matches", left(20)],
  ["contains", left(20)],
  ["startsWith", left(20)],
  ["endsWith", left(20)],
  ["..", left(25)],
  ["+", left(30)],
  ["-", left(30)],
  ["*", left(60)],
  ["/", left(60)],
  ["%", left(60)],
  ["**", right(100)],
  ["^", right(100)],
  ["??", left(500)],
]);

export const negatableOperators: ReadonlySet<string> = new Set(["contains", "matches", "startsWith", "endsWith", "in"]);
export const comparisonOperators: ReadonlySet<string> = new Set(["<", ">", ">=", "<="]);

/** What a closure builtin takes: expressions, closures, and which of them may be left out. */
export type ClosureParameter = "expression" | "closure" | "optional-expression" | "optional-closure";

export const closureBuiltins: ReadonlyMap<string, readonly ClosureParameter[]> = new Map<string, ClosureParameter[]>([
  ["all", ["expression", "closure"]],
  ["none", ["expression", "closure"]],
  ["any", ["expression", "closure"]],
  ["one", ["expression", "closure"]],
  ["filter", ["expression", "closure"]],
  ["map", ["expression", "closure"]],
  ["count", ["expression", "optional-closure"]],
  ["sum", ["expression", "optional-closure"]],
  ["find", ["expression", "closure"]],
  ["findIndex", ["expression", "closure"]],
  ["findLast", ["expression", "closure"]],
  ["findLastIndex", ["expression", "closure"]],
  ["groupBy", ["expression", "closure"]],
  ["sortBy", ["expression", "closure", "optional-expression"]],
  ["reduce", ["expression", "closure", "optional-expression"]],
]);
