import type { FilterNode } from "./filter-expression.ts";

/** One step of a JSONPath. */
export type Step =
  | { readonly type: "root" }
  | { readonly type: "current" }
  | { readonly type: "key"; readonly key: string }
  | { readonly type: "index"; readonly index: number }
  | { readonly type: "length" }
  | { readonly type: "wildcard" }
  | { readonly type: "recursive" }
  | { readonly type: "filter"; readonly condition: FilterNode }
  | { readonly type: "script"; readonly expression: FilterNode }
  | { readonly type: "union"; readonly members: readonly Argument[] }
  | {
      readonly type: "range";
      readonly from: Argument | undefined;
      readonly to: Argument | undefined;
      readonly step: Argument | undefined;
    };

/** A member of a union or a bound of a range: constant, or computed by a script in parentheses. */
export type Argument = string | number | { readonly script: FilterNode };
