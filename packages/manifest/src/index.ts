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
export { type ParsedManifests, parseManifests, refuseLargeText } from "./parse-manifests.ts";
export { formatProblem, hasErrors, type Problem, type ProblemCode } from "./problem.ts";
export { formatPath, type Path, parsePath } from "./text/path.ts";
export type { Position } from "./text/positions.ts";
export { toYaml } from "./text/to-yaml.ts";
