import type { Template, TemplateCall } from "@capstan/core";
import { error, type Problem } from "../problem.ts";
import type { Path } from "../text/path.ts";
import type { Scope } from "./scope.ts";
import type { Resolution } from "./template-index.ts";
import { hasResult, templateType } from "./template-type.ts";

export type NodePrefix = "steps" | "tasks";

/** Makes the variables of a finished step or task visible: times, result, outputs. */
export function addNodeOutputs(
  scope: Scope,
  prefix: NodePrefix,
  call: TemplateCall,
  resolution: Resolution | undefined,
): void {
  const node = `${prefix}.${call.name}`;
  scope.add(...["id", "startedAt", "finishedAt", "hostNodeName"].map((field) => `${node}.${field}`));
  if (resolution?.kind === "elsewhere" || resolution?.kind === "missing") scope.addPrefix(`${node}.`);
  if (resolution?.kind !== "found") return;
  const { template } = resolution.found;
  if (template.daemon === true) scope.add(`${node}.ip`);
  if (hasResult(template)) scope.add(`${node}.outputs.result`, `${node}.exitCode`);
  for (const output of template.outputs?.parameters ?? []) scope.add(`${node}.outputs.parameters.${output.name}`);
  for (const output of template.outputs?.artifacts ?? []) scope.add(`${node}.outputs.artifacts.${output.name}`);
  if (isLoop(call)) addAggregates(scope, node, template);
}

// A loop's outputs are those of all its items, as one list.
function addAggregates(scope: Scope, node: string, template: Template): void {
  scope.add(`${node}.outputs.parameters`);
  const type = templateType(template);
  if (type === "script" || type === "containerSet") scope.add(`${node}.outputs.result`, `${node}.exitCode`);
}

function isLoop(call: TemplateCall): boolean {
  return (call.withItems ?? []).length > 0 || (call.withParam ?? "") !== "";
}

/** Makes the variables of a call's loop visible and checks that it has one source. */
export function addItems(call: TemplateCall, scope: Scope, path: Path): Problem[] {
  const items = call.withItems ?? [];
  const sources = [items.length > 0, (call.withParam ?? "") !== "", call.withSequence !== undefined].filter(Boolean);
  if (sources.length > 1) {
    return [error("CONFLICT", path, "A loop has one of withItems, withParam and withSequence: remove the others.")];
  }
  if (items.length > 0) addLiteralItems(items, scope);
  else if (call.withParam) scope.add("item").addPrefix("item.");
  else if (call.withSequence !== undefined) {
    scope.add("item");
    return checkSequence(call.withSequence, [...path, "withSequence"]);
  }
  return [];
}

function addLiteralItems(items: readonly unknown[], scope: Scope): void {
  for (const item of items) {
    if (Array.isArray(item)) item.forEach((_element, index) => void scope.add(`item.[${index}]`));
    else if (typeof item === "object" && item !== null) scope.add(...Object.keys(item).map((key) => `item.${key}`));
    else scope.add("item");
  }
}

function checkSequence(sequence: NonNullable<TemplateCall["withSequence"]>, path: Path): Problem[] {
  const problems: Problem[] = [];
  if (sequence.count !== undefined && sequence.end !== undefined) {
    problems.push(error("CONFLICT", path, "A sequence has either count or end, not both."));
  }
  for (const field of ["count", "start", "end"] as const) {
    const value = sequence[field];
    if (typeof value !== "string" || value.includes("{{") || /^[+-]?\d+$/.test(value)) continue;
    problems.push(
      error("INVALID_VALUE", [...path, field], `${field} must be a whole number, not ${JSON.stringify(value)}.`),
    );
  }
  return problems;
}

/** Hooks other than exit run on a condition, which must be given. */
export function checkHookExpressions(hooks: TemplateCall["hooks"], path: Path): Problem[] {
  return Object.entries(hooks ?? {}).flatMap(([name, hook]) => {
    if (name === "exit" || hook.expression) return [];
    const message = `The hook ${JSON.stringify(name)} needs an expression that says when it runs (only "exit" does without).`;
    return [error("REQUIRED", [...path, "hooks", name], message)];
  });
}

export function hasExitHook(call: TemplateCall): boolean {
  return (call.onExit ?? "") !== "" || call.hooks?.["exit"] !== undefined;
}
