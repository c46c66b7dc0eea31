export { evaluateWhen } from "./govaluate/evaluate-when.ts";
export { limits } from "./limits.ts";
export type { Result } from "./result.ts";
export { type CompiledTemplate, compileTemplate } from "./tags/compile-template.ts";
export { replaceTemplate, replaceTemplateStrict } from "./tags/replace-template.ts";
export type { Variables } from "./tags/variables.ts";
