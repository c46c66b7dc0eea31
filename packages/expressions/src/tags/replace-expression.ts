import { EvaluationError } from "../result.ts";
import type { ExpressionTag } from "./compile-template.ts";
import type { Strictness } from "./replace-template.ts";
import type { Variables } from "./variables.ts";

/** Replaces the expression tags of one template by their values. */
export class ExpressionReplacer {
  constructor(_variables: Variables, _strictness: Strictness) {}

  replace(_tag: ExpressionTag): string {
    throw new EvaluationError("expression tags are not supported yet");
  }
}
