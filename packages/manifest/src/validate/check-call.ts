import type { Arguments, TemplateCall, TemplateRef } from "@capstan/core";
import type { Path } from "../text/path.ts";
import { checkArguments, checkSupplied } from "./arguments.ts";
import { checkHookExpressions } from "./node-scope.ts";
import type { Scope } from "./scope.ts";
import type { Resolution } from "./template-index.ts";
import type { Unit, Validation } from "./validation.ts";

/** Finds what a step or task calls, has it validated, and checks that it gets its inputs. */
export function resolveStep(
  validation: Validation,
  call: TemplateCall,
  unit: Unit,
  path: Path,
  scope: Scope,
): Resolution | undefined {
  if (call.inline !== undefined) return resolveInline(validation, call, unit, path, scope);
  const resolution = validation.resolveCall(call, unit, path);
  followResolution(validation, resolution, call.arguments, unit, path);
  return resolution;
}

function resolveInline(
  validation: Validation,
  call: TemplateCall,
  unit: Unit,
  path: Path,
  scope: Scope,
): Resolution | undefined {
  if (call.inline === undefined) return undefined;
  const inlinePath = [...path, "inline"];
  const { calledAt } = unit;
  validation.enqueue({
    template: call.inline,
    base: unit.base,
    path: inlinePath,
    outerScope: scope,
    ...(calledAt === undefined ? {} : { calledAt }),
  });
  validation.report(unit, ...checkSupplied(call.inline, call.arguments, path));
  return { kind: "found", found: { template: call.inline, base: unit.base, index: 0 } };
}

function followResolution(
  validation: Validation,
  resolution: Resolution | undefined,
  args: Arguments | undefined,
  unit: Unit,
  path: Path,
): void {
  if (resolution?.kind !== "found") return;
  validation.report(unit, ...checkSupplied(resolution.found.template, args, path));
  validation.enqueue(validation.unitOf(resolution.found, unit, path));
}

interface Hook {
  readonly template?: string;
  readonly templateRef?: TemplateRef;
  readonly arguments?: Arguments;
}

/** Checks the exit handler and the hooks of a step, a task or the workflow. */
export function checkHooks(
  validation: Validation,
  holder: { readonly onExit?: string; readonly hooks?: TemplateCall["hooks"] },
  unit: Unit,
  path: Path,
): void {
  validation.report(unit, ...checkHookExpressions(holder.hooks, path));
  for (const [name, hook] of Object.entries(holder.hooks ?? {})) {
    checkHook(validation, hook, unit, [...path, "hooks", name]);
  }
  if (!holder.onExit) return;
  const resolution = validation.resolveName(holder.onExit, unit, [...path, "onExit"]);
  followResolution(validation, resolution, undefined, unit, [...path, "onExit"]);
}

function checkHook(validation: Validation, hook: Hook, unit: Unit, path: Path): void {
  const resolution = validation.resolveCall(hook, unit, path);
  validation.report(unit, ...checkArguments(hook.arguments, [...path, "arguments"], false));
  followResolution(validation, resolution, hook.arguments, unit, path);
}
