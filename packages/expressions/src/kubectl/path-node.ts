/** A kubectl JSONPath template, parsed. */
export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly steps: readonly PathStep[] }
  | { readonly kind: "range"; readonly steps: readonly PathStep[]; readonly body: readonly TemplateNode[] };

/** One step of a path: from the values that the steps before it found to the next ones. */
export type PathStep =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "wildcard" }
  | { readonly kind: "recursive" }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "slice"; readonly from?: number; readonly to?: number; readonly step?: number }
  | { readonly kind: "union"; readonly branches: readonly (readonly PathStep[])[] }
  | { readonly kind: "filter"; readonly filter: Filter }
  /** A value that stands in the path itself: `{"\n"}`, `{1}`. */
  | { readonly kind: "literal"; readonly value: string | number | boolean };

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** Without a comparison an element passes when the path finds anything in it. */
export interface Filter {
  readonly left: readonly PathStep[];
  readonly comparison?: { readonly operator: Comparison; readonly right: readonly PathStep[] };
}
