import type { RE2JS } from "re2js";

/** What a condition computes with: govaluate has no integers. */
export type StageValue = null | boolean | number | string | RE2JS | StageValue[];

/** One node of the plan. Mutable, because reordering exchanges the operators of equal precedence. */
export interface Stage {
  operator: StageOperator;
  left: Stage | undefined;
  right: Stage | undefined;
}

export type StageOperator =
  | { readonly type: "literal"; readonly value: StageValue }
  | { readonly type: "accessor"; readonly name: string }
  | { readonly type: "group" }
  | { readonly type: "operator"; readonly symbol: OperatorSymbol };

export type OperatorSymbol =
  | "=="
  | "!="
  | ">"
  | ">="
  | "<"
  | "<="
  | "=~"
  | "!~"
  | "in"
  | "&&"
  | "||"
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "**"
  | "negate"
  | "invert"
  | "complement"
  | "?"
  | ":"
  | "??"
  | ",";

const precedenceBySymbol: Readonly<Record<OperatorSymbol, string>> = {
  "==": "comparator",
  "!=": "comparator",
  ">": "comparator",
  ">=": "comparator",
  "<": "comparator",
  "<=": "comparator",
  "=~": "comparator",
  "!~": "comparator",
  in: "comparator",
  "&&": "and",
  "||": "or",
  "&": "bitwise",
  "|": "bitwise",
  "^": "bitwise",
  "<<": "shift",
  ">>": "shift",
  "+": "additive",
  "-": "additive",
  "*": "multiplicative",
  "/": "multiplicative",
  "%": "multiplicative",
  "**": "exponential",
  negate: "prefix",
  invert: "prefix",
  complement: "prefix",
  "?": "ternary",
  ":": "ternary",
  "??": "ternary",
  ",": "separate",
};

/** The precedence class of a stage: neighbours of one class are evaluated from left to right. */
export function precedenceOf(stage: Stage): string {
  switch (stage.operator.type) {
    case "literal":
      return "value";
    case "accessor":
      return "functional";
    case "group":
      return "group";
    case "operator":
      return precedenceBySymbol[stage.operator.symbol];
  }
}
