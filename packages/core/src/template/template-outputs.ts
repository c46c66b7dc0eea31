import { fail, ok, type Result } from "../result.ts";
import type { Artifact, Outputs, Parameter, ValueFrom } from "../spec/arguments.ts";
import type { Template } from "../spec/template.ts";
import { evaluateToText } from "./evaluate-expression.ts";
import { referenceName, resolveArtifact } from "./resolve-artifact.ts";
import type { Scope } from "./scope.ts";

/** The outputs of a steps or DAG template that has succeeded; undefined when it declares none. */
export function templateOutputs(template: Template, scope: Scope): Result<Outputs | undefined> {
  const { parameters = [], artifacts = [] } = template.outputs ?? {};
  if (parameters.length === 0 && artifacts.length === 0) return ok(undefined);
  const values: Parameter[] = [];
  for (const parameter of parameters) {
    const value = outputParameter(parameter, scope);
    if (!value.ok) return value;
    values.push(value.value);
  }
  const found: Artifact[] = [];
  for (const artifact of artifacts) {
    const resolved = resolveArtifact(artifact, scope);
    if (!resolved.ok) {
      if (artifact.optional === true && resolved.error.includes("Unable to resolve")) continue;
      return fail(`unable to resolve outputs from scope: ${resolved.error}`);
    }
    if (resolved.value !== undefined) found.push(outputArtifact(resolved.value, artifact));
  }
  return ok({
    ...(values.length > 0 && { parameters: values }),
    ...(found.length > 0 && { artifacts: found }),
  });
}

function outputArtifact(source: Artifact, declared: Artifact): Artifact {
  return { ...source, name: declared.name };
}

function outputParameter(parameter: Parameter, scope: Scope): Result<Parameter> {
  const { valueFrom, ...rest } = parameter;
  if (valueFrom === undefined) return fail("output parameters must have a valueFrom specified");
  const value = sourceValue(valueFrom, scope);
  if (value.ok && value.value !== null) return ok({ ...rest, value: value.value });
  if (valueFrom.default !== undefined) return ok({ ...rest, value: valueFrom.default });
  if (!value.ok) return value;
  return fail(
    `output parameter ${JSON.stringify(parameter.name)}: ${JSON.stringify(valueFrom.parameter ?? "")} is an absent optional (skipped/omitted node output with no default)`,
  );
}

function sourceValue(valueFrom: ValueFrom, scope: Scope): Result<string | null> {
  if (valueFrom.expression) return evaluateToText(valueFrom.expression, scope.locals, scope.evaluation);
  if (!valueFrom.parameter) return ok("");
  const name = referenceName(valueFrom.parameter);
  if (name.startsWith("=")) return evaluateToText(name.slice(1), scope.locals, scope.evaluation);
  const value = scope.local(name);
  if (scope.failure !== undefined) return fail(scope.failure);
  return value === undefined ? fail(`Unable to resolve: ${JSON.stringify(name)}`) : ok(value);
}
