import type { Artifact, Parameter, Template } from "@capstan/core";
import { error, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";
import { checkGlobalName, checkParameterNames } from "./names.ts";
import { isLeaf, type TemplateType, templateType } from "./template-type.ts";

/** Checks the outputs of a template: names, sources that fit its type, paths. */
export function checkOutputs(template: Template, templatePath: Path): Problem[] {
  const problems: Problem[] = [];
  const { outputs } = template;
  if (outputs === undefined) return problems;
  const path = [...templatePath, "outputs"];
  checkParameterNames(outputs.parameters, [...path, "parameters"], problems);
  checkParameterNames(outputs.artifacts, [...path, "artifacts"], problems);
  (outputs.artifacts ?? []).forEach((artifact, index) => {
    checkArtifact(template, artifact, [...path, "artifacts", index], problems);
  });
  (outputs.parameters ?? []).forEach((parameter, index) => {
    const here = [...path, "parameters", index];
    problems.push(...checkSource(parameter, templateType(template), here));
    checkGlobalName(parameter.globalName, here, problems);
  });
  return problems;
}

function checkArtifact(template: Template, artifact: Artifact, path: Path, problems: Problem[]): void {
  if (isLeaf(template)) problems.push(...checkArtifactPath(artifact, path));
  else if (artifact.path) {
    const message = "Only templates that run a container have paths: take the artifact `from` a step or task.";
    problems.push(error("NOT_ALLOWED", [...path, "path"], message));
  }
  checkGlobalName(artifact.globalName, path, problems);
}

/** The path of an artifact must be a plain one: neither empty nor leading out by `..`. */
export function checkArtifactPath(artifact: Artifact, path: Path): Problem[] {
  const where = artifact.path ?? "";
  if (where === "") return [error("REQUIRED", path, `The artifact ${JSON.stringify(artifact.name)} needs a path.`)];
  if (!where.includes("{{") && where.split("/").includes("..")) {
    return [error("INVALID_VALUE", [...path, "path"], "A path may not contain `..`.")];
  }
  return [];
}

const sources = ["path", "jqFilter", "jsonPath", "parameter", "expression"] as const;

function checkSource(parameter: Parameter, type: TemplateType | undefined, path: Path): Problem[] {
  const { value, valueFrom } = parameter;
  const name = JSON.stringify(parameter.name);
  if (value !== undefined) {
    return valueFrom === undefined
      ? []
      : [error("CONFLICT", path, `The output ${name} has value and valueFrom: choose one.`)];
  }
  if (valueFrom === undefined) return [error("REQUIRED", path, `The output ${name} needs valueFrom.`)];
  const given: string[] = sources.filter((source) => valueFrom[source]);
  if (valueFrom.supplied !== undefined) given.push("supplied");
  const here = [...path, "valueFrom"];
  if (given.length === 0) {
    return [error("REQUIRED", here, `valueFrom of ${name} needs one of ${sources.join(", ")} and supplied.`)];
  }
  if (given.length > 1)
    return [error("CONFLICT", here, `valueFrom of ${name} has ${given.join(" and ")}: choose one.`)];
  const allowed = type === undefined ? undefined : allowedSources[type];
  if (allowed === undefined || allowed.some((source) => given.includes(source))) return [];
  return [
    error("NOT_ALLOWED", here, `An output of a ${type} template needs valueFrom.${allowed.join(" or valueFrom.")}.`),
  ];
}

const allowedSources: { readonly [T in TemplateType]?: readonly string[] } = {
  container: ["path"],
  containerSet: ["path"],
  script: ["path"],
  resource: ["jqFilter", "jsonPath"],
  steps: ["parameter", "expression"],
  dag: ["parameter", "expression"],
};
