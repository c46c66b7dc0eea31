import type { Template } from "@capstan/core";
import { objectOr, textOr } from "../json-value.ts";
import { error, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";
import { checkDag } from "./dag.ts";
import { checkLeaf } from "./leaf.ts";
import { checkMetrics } from "./metrics.ts";
import { checkParameterNames } from "./names.ts";
import { checkArtifactPath, checkOutputs } from "./outputs.ts";
import { checkPodResources } from "./pod-resources.ts";
import { checkPoolPlacement } from "./pool-placement.ts";
import { Scope } from "./scope.ts";
import { checkSteps } from "./steps.ts";
import { isLeaf, isPodType, templateType, templateTypes } from "./template-type.ts";
import { checkRetryStrategy, checkTimes } from "./times.ts";
import type { Unit, Validation } from "./validation.ts";

/** Checks one template: its type, inputs, body, outputs and what its type allows. */
export function checkTemplate(validation: Validation, unit: Unit): void {
  const { template, path } = unit;
  const typeProblem = checkType(template, path);
  if (typeProblem !== undefined) {
    validation.report(unit, typeProblem);
    return;
  }
  const scope = templateScope(template, unit.outerScope);
  validation.report(
    unit,
    ...checkInputs(template, path),
    ...checkInitContainers(template, path),
    ...checkPlacement(template, path),
    ...checkPoolPlacement(template.metadata, [...path, "metadata"]),
    ...checkTimes(template, path),
    ...checkRetryStrategy(template.retryStrategy, [...path, "retryStrategy"]),
  );
  checkBody(validation, unit, scope);
  validation.checkTags(template.outputs, unit, [...path, "outputs"], scope);
  validation.report(
    unit,
    ...checkOutputs(template, path),
    ...checkArchiveLocation(template, path),
    ...checkMetrics(template["metrics"], [...path, "metrics"]),
  );
}

function checkBody(validation: Validation, unit: Unit, scope: Scope): void {
  const { template, path } = unit;
  const type = templateType(template);
  if (type === "steps" || type === "dag") {
    if (template.activeDeadlineSeconds !== undefined) {
      const message = "activeDeadlineSeconds is for templates that run themselves: set it there, or on the workflow.";
      validation.report(unit, error("NOT_ALLOWED", [...path, "activeDeadlineSeconds"], message));
    }
    if (type === "steps") checkSteps(validation, unit, scope);
    else checkDag(validation, unit, scope);
    return;
  }
  const { outputs: _outputs, ...body } = template;
  validation.checkTags(body, unit, path, scope);
  validation.report(unit, ...checkLeaf(template, unit.base.spec.templateDefaults, path));
}

function checkType(template: Template, path: Path): Problem | undefined {
  const given = templateTypes.filter((type) => template[type] !== undefined);
  const name = template.name === undefined ? "The template" : `The template ${JSON.stringify(template.name)}`;
  if (given.length === 0) return error("TEMPLATE_TYPE", path, `${name} needs one of ${templateTypes.join(", ")}.`);
  if (given.length > 1) return error("TEMPLATE_TYPE", path, `${name} has ${given.join(" and ")}: keep one of them.`);
  return undefined;
}

function templateScope(template: Template, outer: Scope | undefined): Scope {
  // All parameters as one text are there without any, too: "null". Generated scripts are read from it.
  const scope = new Scope(outer).add("inputs.parameters");
  for (const parameter of template.inputs?.parameters ?? []) scope.add(`inputs.parameters.${parameter.name}`);
  for (const artifact of template.inputs?.artifacts ?? []) {
    scope.add(`inputs.artifacts.${artifact.name}`);
    if (isLeaf(template)) scope.add(`inputs.artifacts.${artifact.name}.path`);
  }
  if (isPodType(template)) scope.add("pod.name");
  return scope;
}

function checkInputs(template: Template, templatePath: Path): Problem[] {
  const problems: Problem[] = [];
  const path = [...templatePath, "inputs"];
  checkParameterNames(template.inputs?.parameters, [...path, "parameters"], problems);
  checkParameterNames(template.inputs?.artifacts, [...path, "artifacts"], problems);
  (template.inputs?.artifacts ?? []).forEach((artifact, index) => {
    const here = [...path, "artifacts", index];
    if (isLeaf(template)) problems.push(...checkArtifactPath(artifact, here));
    else if (artifact.path) {
      problems.push(error("NOT_ALLOWED", [...here, "path"], "Only templates that run a container have paths."));
    }
    if (artifact.from) {
      problems.push(error("NOT_ALLOWED", [...here, "from"], "An input has no from: the caller's arguments give it."));
    }
    problems.push(...checkLocation(artifact, here));
  });
  return problems;
}

function checkLocation(location: { readonly [field: string]: unknown }, path: Path): Problem[] {
  const git = location["git"];
  if (typeof git !== "object" || git === null || ("repo" in git && git.repo)) return [];
  return [error("REQUIRED", [...path, "git"], "A git artifact needs repo.")];
}

function checkArchiveLocation(template: Template, path: Path): Problem[] {
  return checkLocation(objectOr(template["archiveLocation"]), [...path, "archiveLocation"]);
}

function checkInitContainers(template: Template, path: Path): Problem[] {
  return (template.initContainers ?? []).flatMap((container, index) =>
    textOr(container["name"]) === ""
      ? [error("REQUIRED", [...path, "initContainers", index], "An init container needs a name.")]
      : [],
  );
}

// What belongs to a Pod has no place in a template that runs none of its own.
function checkPlacement(template: Template, path: Path): Problem[] {
  const problems: Problem[] = [];
  const type = templateType(template);
  if (template["podResources"] !== undefined) {
    const here = [...path, "podResources"];
    if (type === "http" || type === "plugin") {
      problems.push(error("NOT_ALLOWED", here, `A ${type} template has no Pod of its own: remove podResources.`));
    } else problems.push(...checkPodResources(template["podResources"], here));
  }
  const claims = template["resourceClaims"];
  if (Array.isArray(claims) && claims.length > 0 && !isPodType(template)) {
    const message = `A ${type} template has no Pod of its own: remove resourceClaims.`;
    problems.push(error("NOT_ALLOWED", [...path, "resourceClaims"], message));
  }
  return problems;
}
