export { type BundleInput, type PreparedBundle, prepareBundle } from "./bundle/prepare-bundle.ts";
export { applySubmitOptions, type SubmitOptions } from "./bundle/submit-options.ts";
export {
  type CronWorkflow,
  type CronWorkflowSpec,
  checkStructure,
  type Decoded,
  decodeCronWorkflow,
  decodeWorkflow,
  decodeWorkflowTemplate,
} from "./decode.ts";
export { documentOf, type ParsedDocument, withPositions } from "./document.ts";
export { limits } from "./limits.ts";
export { mergeSpecs } from "./merge/merge-specs.ts";
export { strategicMerge } from "./merge/strategic-merge.ts";
export { type ParsedManifests, parseManifests, refuseLargeText } from "./parse-manifests.ts";
export { parseValue } from "./parse-value.ts";
export { formatProblem, hasErrors, type Problem, type ProblemCode } from "./problem.ts";
export { type NormalizedSeed, type NormalizeOptions, normalizeSeed } from "./seed/normalize-seed.ts";
export { isSeedDocument, seedCallees } from "./seed/seed-spec.ts";
export { workflowSpec as workflowSpecShape } from "./structure/kind-fields.ts";
export {
  type ManifestSchema,
  manifestSchema,
  type SchemaField,
  type SchemaShape,
} from "./structure/manifest-schema.ts";
export { podSpec as podSpecShape } from "./structure/pod-fields.ts";
export type { Shape } from "./structure/shape.ts";
export { template as templateShape } from "./structure/template-fields.ts";
export { decodeText } from "./text/decode-text.ts";
export { formatPath, type Path, parsePath } from "./text/path.ts";
export type { Position } from "./text/positions.ts";
export { toYaml } from "./text/to-yaml.ts";
export { validateCronWorkflow } from "./validate/cron.ts";
export type { ValidateOptions } from "./validate/validation.ts";
export { validateWorkflow, validateWorkflowTemplate } from "./validate/workflow.ts";
