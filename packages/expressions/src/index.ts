export {
  type ContinueOn,
  type DependsExpression,
  type DependsOptions,
  dependsFromDependencies,
  parseDepends,
  type TaskResult,
  type TaskResultLookup,
  taskResults,
} from "./depends/parse-depends.ts";
export {
  type ExprEnvironment,
  environmentFromRecord,
  environmentFromVariables,
  withArgoFunctions,
} from "./expr/environment.ts";
export type { EvaluationOptions } from "./expr/evaluation.ts";
export { type CompiledExpression, compileExpression, evaluateBoolean, evaluateExpression } from "./expr/expression.ts";
export {
  ExprBytes,
  ExprDictionary,
  ExprFunction,
  ExprMap,
  ExprNamedInteger,
  type ExprValue,
  type MapKey,
} from "./expr/value.ts";
export { GoDuration } from "./golang/duration.ts";
export { formatValue } from "./golang/format-value.ts";
export { marshalJson } from "./golang/marshal-json.ts";
export { GoTime } from "./golang/time.ts";
export { fromJsonValue } from "./golang/unmarshal-json.ts";
export { evaluateWhen } from "./govaluate/evaluate-when.ts";
export { evaluateJsonPath } from "./jsonpath/evaluate-json-path.ts";
export { evaluateKubectlPath } from "./kubectl/evaluate-template.ts";
export { limits } from "./limits.ts";
export type { Result } from "./result.ts";
export {
  formatLabelSelector,
  type LabelLookup,
  type LabelSelector,
  matchesRequirement,
  matchesSelector,
  parseLabelSelector,
  type Requirement,
} from "./selectors/label-selector.ts";
export { decideResourceState, lookupPath, type ResourceState } from "./selectors/resource-conditions.ts";
export { type CompiledTemplate, compileTemplate } from "./tags/compile-template.ts";
export { replaceTemplate, replaceTemplateStrict } from "./tags/replace-template.ts";
export type { Variables } from "./tags/variables.ts";
