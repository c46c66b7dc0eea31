import { evaluateWhen, replaceTemplateStrict } from "@capstan/expressions";
import { fail, ok, type Result } from "../result.ts";
import type { Arguments, Artifact, Parameter } from "../spec/arguments.ts";
import type { TemplateCall } from "../spec/template.ts";
import { hasLocationOrKey } from "./artifact-location.ts";
import { isLoop } from "./expand-items.ts";
import { referenceName, resolveArtifact } from "./resolve-artifact.ts";
import type { Scope } from "./scope.ts";
import { absentOptionalArgument } from "./supply-inputs.ts";

export interface ResolvedCall<Call extends TemplateCall> {
  /** The call with its references replaced; with `proceeds` false only its condition is. */
  readonly call: Call;
  /** What the call's condition says; undefined when that depends on the loop's item. */
  readonly proceeds: boolean | undefined;
}

const nodePrefixes = ["steps", "tasks"];

/**
 * A step or task with everything that it refers to in its scope put in, its hooks excepted: those may refer to the call's
 * own outcome. A condition that is false is found before the rest, which may then refer to what is not there.
 */
export function resolveCall<Call extends TemplateCall>(call: Call, scope: Scope): Result<ResolvedCall<Call>> {
  const condition = resolveCondition(call, scope);
  if (!condition.ok) return condition;
  if (condition.value.proceeds === false) {
    return ok({ call: { ...call, when: condition.value.when }, proceeds: false });
  }
  const { hooks, arguments: args, ...rest } = call;
  const body = { ...rest, ...(args !== undefined && { arguments: markAbsent(args, scope) }) };
  const replaced = replaceStrict(body, scope, nodePrefixes);
  if (!replaced.ok) return replaced;
  const resolved: { -readonly [field in keyof Call]: Call[field] } = JSON.parse(replaced.value);
  if (hooks !== undefined) resolved.hooks = hooks;
  if (resolved.arguments?.artifacts !== undefined) {
    const artifacts = resolveArtifacts(resolved.arguments.artifacts, scope);
    if (!artifacts.ok) return artifacts;
    resolved.arguments = { ...resolved.arguments, artifacts: artifacts.value };
  }
  return ok({ call: resolved, proceeds: condition.value.proceeds });
}

/** The arguments of a hook or exit handler; what they refer to and is not there stays as it is. */
export function resolveHookArguments(args: Arguments, scope: Scope): Result<Arguments> {
  const replaced = replaceStrict(markAbsent(args, scope), scope, []);
  if (!replaced.ok) return replaced;
  const resolved: Arguments = JSON.parse(replaced.value);
  if (resolved.artifacts === undefined) return ok(resolved);
  const artifacts = resolveArtifacts(resolved.artifacts, scope);
  return artifacts.ok ? ok({ ...resolved, artifacts: artifacts.value }) : artifacts;
}

function resolveCondition(
  call: TemplateCall,
  scope: Scope,
): Result<{ readonly when: string; readonly proceeds: boolean | undefined }> {
  if (call.when === undefined || call.when === "") return ok({ when: "", proceeds: true });
  const replaced = replaceStrict(call.when, scope, nodePrefixes);
  if (!replaced.ok) return replaced;
  const when: string = JSON.parse(replaced.value);
  const proceeds = evaluateWhen(when);
  if (proceeds.ok) return ok({ when, proceeds: proceeds.value });
  // The condition of a loop may hold `{{item}}`, which is known later.
  return isLoop(call) ? ok({ when, proceeds: undefined }) : proceeds;
}

function replaceStrict(value: unknown, scope: Scope, prefixes: readonly string[]): Result<string> {
  const replaced = replaceTemplateStrict(JSON.stringify(value), scope, prefixes, scope.evaluation);
  return scope.failure === undefined ? replaced : fail(scope.failure);
}

/** Arguments that are nothing but a reference to what a skipped node owes count as not given. */
function markAbsent(args: Arguments, scope: Scope): Arguments {
  if (!args.parameters?.some((parameter) => isAbsentReference(parameter, scope))) return args;
  return {
    ...args,
    parameters: args.parameters.map((parameter) =>
      isAbsentReference(parameter, scope) ? { ...parameter, value: absentOptionalArgument } : parameter,
    ),
  };
}

function isAbsentReference({ value }: Parameter, scope: Scope): boolean {
  if (value === undefined || !value.startsWith("{{") || !value.endsWith("}}")) return false;
  const name = referenceName(value);
  return !name.includes("{{") && !name.includes("}}") && scope.isAbsent(name);
}

function resolveArtifacts(artifacts: readonly Artifact[], scope: Scope): Result<readonly Artifact[]> {
  const resolved: Artifact[] = [];
  for (const artifact of artifacts) {
    const source = resolveArtifact(artifact, scope);
    if (!source.ok) {
      if (artifact.optional === true) continue;
      return fail(`unable to resolve references: ${source.error}`);
    }
    if (source.value === undefined) resolved.push(artifact);
    // What a skipped step owes has no location: for an optional artifact that is as good as nothing.
    else if (artifact.optional !== true || hasLocationOrKey(source.value)) {
      resolved.push({ ...source.value, name: artifact.name });
    }
  }
  return ok(resolved);
}
