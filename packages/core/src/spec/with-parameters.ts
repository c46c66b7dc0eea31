import type { Json } from "../json.ts";
import type { Parameter } from "./arguments.ts";
import type { WorkflowSpec } from "./workflow.ts";

/** The spec with the parameters that manual retries gave, by name: they hold from then on, and stay described as they were. */
export function withParameters(spec: WorkflowSpec, overrides: Json | undefined): WorkflowSpec {
  if (typeof overrides !== "object" || overrides === null || Array.isArray(overrides)) return spec;
  const values = new Map(Object.entries(overrides).map(([name, value]) => [name, String(value)]));
  const parameters: Parameter[] = (spec.arguments?.parameters ?? []).map((parameter) => {
    const value = values.get(parameter.name);
    values.delete(parameter.name);
    if (value === undefined) return parameter;
    const { valueFrom: _valueFrom, ...described } = parameter;
    return { ...described, value };
  });
  for (const [name, value] of values) parameters.push({ name, value });
  return { ...spec, arguments: { ...spec.arguments, parameters } };
}
