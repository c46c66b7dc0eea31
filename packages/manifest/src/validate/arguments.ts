import type { Arguments, Artifact, Parameter, Template } from "@capstan/core";
import { error, type Problem } from "../problem.ts";
import { artifactLocations } from "../structure/artifact-fields.ts";
import { didYouMean } from "../structure/nearest-name.ts";
import type { Path } from "../text/path.ts";
import { checkParameterNames } from "./names.ts";

/** Checks the arguments of a workflow or of a call: names, values, enumerations, locations of artifacts. */
export function checkArguments(args: Arguments | undefined, path: Path, allowEmptyValues: boolean): Problem[] {
  const problems: Problem[] = [];
  if (args === undefined) return problems;
  checkParameterNames(args.parameters, [...path, "parameters"], problems);
  checkParameterNames(args.artifacts, [...path, "artifacts"], problems);
  (args.parameters ?? []).forEach((parameter, index) => {
    problems.push(...checkParameter(parameter, [...path, "parameters", index], allowEmptyValues));
  });
  (args.artifacts ?? []).forEach((artifact, index) => {
    problems.push(...checkArtifact(artifact, [...path, "artifacts", index]));
  });
  return problems;
}

function checkParameter(parameter: Parameter, path: Path, allowEmptyValues: boolean): Problem[] {
  const problems: Problem[] = [];
  const { name, value, valueFrom } = parameter;
  if (value === undefined && valueFrom === undefined && !allowEmptyValues) {
    problems.push(error("MISSING_VALUE", path, `The parameter ${JSON.stringify(name)} needs value or valueFrom.`));
  }
  if (valueFrom !== undefined) {
    const allowed = valueFrom.configMapKeyRef ?? valueFrom.event ?? valueFrom.supplied;
    const foreign = [valueFrom.path, valueFrom.jsonPath, valueFrom.parameter, valueFrom.expression].some((one) => one);
    if (allowed === undefined || foreign) {
      const message = "An argument's valueFrom may have only configMapKeyRef, supplied, event and default.";
      problems.push(error("NOT_ALLOWED", [...path, "valueFrom"], message));
    }
  }
  if (parameter.enum !== undefined) problems.push(...checkEnum(parameter, parameter.enum, path, allowEmptyValues));
  return problems;
}

function checkEnum(parameter: Parameter, values: readonly string[], path: Path, allowEmptyValues: boolean): Problem[] {
  if (values.length === 0) return [error("INVALID_VALUE", [...path, "enum"], "An enum needs at least one value.")];
  const { name, value } = parameter;
  if (value === undefined) {
    return allowEmptyValues
      ? []
      : [error("MISSING_VALUE", path, `The parameter ${JSON.stringify(name)} needs a value of its enum.`)];
  }
  if (values.includes(value)) return [];
  const message = `The value ${JSON.stringify(value)} of ${JSON.stringify(name)} is not in its enum: ${values.join(", ")}.`;
  return [error("INVALID_VALUE", [...path, "value"], message)];
}

function checkArtifact(artifact: Artifact, path: Path): Problem[] {
  const problems: Problem[] = [];
  if (!artifact.from && !hasLocation(artifact) && !artifact.fromExpression) {
    const message = `The artifact ${JSON.stringify(artifact.name)} needs from or a location (s3, raw, http, …).`;
    problems.push(error("MISSING_VALUE", path, message));
  }
  if (artifact.from && artifact.fromExpression) {
    problems.push(error("CONFLICT", [...path, "fromExpression"], "Give either from or fromExpression, not both."));
  }
  return problems;
}

/** Whether the artifact says where it is. */
function hasLocation(artifact: Artifact): boolean {
  return artifactLocations.some((store) => artifact[store] !== undefined);
}

/** Checks that a call gives the template every input that has no value of its own. */
export function checkSupplied(template: Template, args: Arguments | undefined, path: Path): Problem[] {
  const problems: Problem[] = [];
  const given = new Map((args?.parameters ?? []).map((parameter) => [parameter.name, parameter]));
  const target = template.name === undefined ? "the template" : `the template ${JSON.stringify(template.name)}`;
  for (const input of template.inputs?.parameters ?? []) {
    if (input.value !== undefined || input.default !== undefined || input.valueFrom !== undefined) continue;
    if (given.has(input.name)) continue;
    const message = `Give the parameter ${JSON.stringify(input.name)}: ${target} has no default for it.${didYouMean(input.name, given.keys())}`;
    problems.push(error("MISSING_ARGUMENT", path, message));
  }
  const artifacts = new Set((args?.artifacts ?? []).map((artifact) => artifact.name));
  for (const input of template.inputs?.artifacts ?? []) {
    if (input.optional === true || hasLocation(input) || artifacts.has(input.name)) continue;
    const message = `Give the artifact ${JSON.stringify(input.name)}: ${target} needs it.${didYouMean(input.name, artifacts)}`;
    problems.push(error("MISSING_ARGUMENT", path, message));
  }
  return problems;
}
