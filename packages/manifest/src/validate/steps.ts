import type { WorkflowStep } from "@capstan/core";
import { error } from "../problem.ts";
import type { Path } from "../text/path.ts";
import { checkArguments } from "./arguments.ts";
import { checkHooks, resolveStep } from "./check-call.ts";
import { fieldNameMistake } from "./names.ts";
import { addItems, addNodeOutputs, hasExitHook } from "./node-scope.ts";
import { Scope } from "./scope.ts";
import type { Unit, Validation } from "./validation.ts";

/** Checks the steps of a template in order: each sees what the steps before it have made. */
export function checkSteps(validation: Validation, unit: Unit, scope: Scope): void {
  const names = new Set<string>();
  (unit.template.steps ?? []).forEach((group, groupIndex) => {
    group.forEach((step, stepIndex) => {
      const path = [...unit.path, "steps", groupIndex, stepIndex];
      checkStepName(validation, step, unit, path, names);
      checkStep(validation, step, unit, path, scope);
    });
  });
}

function checkStepName(validation: Validation, step: WorkflowStep, unit: Unit, path: Path, names: Set<string>): void {
  if (!step.name) {
    validation.report(unit, error("REQUIRED", path, "A step needs a name."));
    return;
  }
  const mistake = fieldNameMistake(step.name);
  if (mistake !== undefined) {
    const message = `The step's name ${JSON.stringify(step.name)} ${mistake}.`;
    validation.report(unit, error("INVALID_NAME", [...path, "name"], message));
  }
  if (names.has(step.name)) {
    const message = `The name ${JSON.stringify(step.name)} is used by two steps of this template: rename one.`;
    validation.report(unit, error("DUPLICATE_NAME", [...path, "name"], message));
  }
  names.add(step.name);
}

function checkStep(validation: Validation, step: WorkflowStep, unit: Unit, path: Path, scope: Scope): void {
  scope.add(`steps.${step.name}.status`);
  validation.report(unit, ...addItems(step, scope, path));
  validation.report(unit, ...checkArguments(step.arguments, [...path, "arguments"], false));
  const resolution = resolveStep(validation, step, unit, path, scope);
  checkHooks(validation, step, unit, path);
  const { inline: _inline, ...ownFields } = step;
  // A hook of the step runs when the step has ended, so it may use the step's own outputs.
  const ownScope = new Scope(scope);
  if (hasExitHook(step)) addNodeOutputs(ownScope, "steps", step, resolution);
  validation.checkTags(ownFields, unit, path, ownScope);
  addNodeOutputs(scope, "steps", step, resolution);
}
