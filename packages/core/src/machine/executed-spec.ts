import { replaceTemplate, type Variables } from "@capstan/expressions";
import { fail, ok, type Result } from "../result.ts";
import type { Arguments, Parameter } from "../spec/arguments.ts";
import type { LifecycleHook } from "../spec/template.ts";
import { withParameters } from "../spec/with-parameters.ts";
import type { WorkflowBundle, WorkflowSpec } from "../spec/workflow.ts";
import type { WorkflowHeader } from "../status.ts";
import { goJson, parametersJson } from "../template/go-json.ts";
import { strftimeValues } from "../template/strftime.ts";
import { configMapValue } from "../template/supply-inputs.ts";
import { formatTimestamp, parseTimestamp } from "../timestamp.ts";

/** Labels that follow the phase: they change while the workflow runs, so they are not among its variables. */
const phaseLabels: ReadonlySet<string> = new Set(["workflows.argoproj.io/phase", "workflows.argoproj.io/completed"]);

/** The spec as it runs: parameters known, global variables replaced everywhere but in the templates. */
export class ExecutedSpec {
  readonly spec: WorkflowSpec;
  /** The variables of the workflow that never change while it runs. */
  readonly globals: ReadonlyMap<string, string>;
  readonly arguments: Arguments;
  /** Why the spec cannot run, where it cannot. */
  readonly error: string | undefined;

  constructor(uid: string, bundle: WorkflowBundle, header: WorkflowHeader, submittedAtMs: number) {
    const original = withParameters(bundle.workflow.spec, header.machine["parameters"]);
    const globals = identityVariables(uid, bundle, header, submittedAtMs);
    this.globals = globals;
    const parameters = parameterVariables(original.arguments, bundle);
    if (parameters.ok) for (const [name, value] of parameters.value) globals.set(name, value);
    const replaced = replaceGlobals(original, globals, submittedAtMs);
    this.spec = replaced.ok ? replaced.value : original;
    this.arguments = this.spec.arguments ?? {};
    if (!parameters.ok) this.error = `failed to set global parameters: ${parameters.error}`;
    else this.error = replaced.ok ? undefined : replaced.error;
  }

  /** What runs when the workflow has ended, if anything. */
  get exitHook(): LifecycleHook | undefined {
    if (this.spec.onExit) return { template: this.spec.onExit, arguments: this.arguments };
    const hook = this.spec.hooks?.["exit"];
    if (hook === undefined) return undefined;
    return hook.arguments === undefined ? { ...hook, arguments: this.arguments } : hook;
  }
}

function identityVariables(
  uid: string,
  bundle: WorkflowBundle,
  header: WorkflowHeader,
  submittedAtMs: number,
): Map<string, string> {
  const { metadata, spec } = bundle.workflow;
  const createdAt = metadata.creationTimestamp ?? formatTimestamp(submittedAtMs);
  const globals = new Map<string, string>([
    ["workflow.name", metadata.name ?? ""],
    ["workflow.namespace", metadata.namespace ?? ""],
    ["workflow.uid", uid],
    ["workflow.mainEntrypoint", spec.entrypoint ?? ""],
    ["workflow.serviceAccountName", spec.serviceAccountName ?? ""],
    ["workflow.creationTimestamp", createdAt],
    ["workflow.creationTimestamp.RFC3339", createdAt],
    ["workflow.creationTimestamp.s", String(Math.floor(submittedAtMs / 1_000))],
  ]);
  for (const [character, text] of strftimeValues(parseTimestamp(createdAt) ?? submittedAtMs)) {
    globals.set(`workflow.creationTimestamp.${character}`, text);
  }
  const scheduledTime = metadata.annotations?.["workflows.argoproj.io/scheduled-time"];
  if (scheduledTime !== undefined) globals.set("workflow.scheduledTime", scheduledTime);
  if (spec.priority !== undefined) globals.set("workflow.priority", String(spec.priority));
  const own = Object.fromEntries(Object.entries(header.labels).filter(([name]) => !phaseLabels.has(name)));
  addStrings(globals, "workflow.labels", { ...metadata.labels, ...own });
  addStrings(globals, "workflow.annotations", { ...metadata.annotations, ...header.annotations });
  return globals;
}

function addStrings(globals: Map<string, string>, prefix: string, values: { readonly [name: string]: string }): void {
  const text = goJson(values);
  globals.set(prefix, text);
  globals.set(`${prefix}.json`, text);
  for (const [name, value] of Object.entries(values)) globals.set(`${prefix}.${name}`, value);
}

function parameterVariables(args: Arguments | undefined, bundle: WorkflowBundle): Result<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  const all = parametersJson(args?.parameters);
  values.set("workflow.parameters", all);
  values.set("workflow.parameters.json", all);
  for (const parameter of args?.parameters ?? []) {
    const value = parameterValue(parameter, bundle);
    if (!value.ok) return value;
    values.set(`workflow.parameters.${parameter.name}`, value.value);
  }
  return ok(values);
}

function parameterValue(parameter: Parameter, bundle: WorkflowBundle): Result<string> {
  if (parameter.value !== undefined) return ok(parameter.value);
  const reference = parameter.valueFrom?.configMapKeyRef;
  if (reference === undefined) {
    return fail(`either value or valueFrom must be specified in order to set global parameter ${parameter.name}`);
  }
  const found = configMapValue(bundle.configMaps, reference);
  if (found.ok) return found;
  const fallback = parameter.valueFrom?.default;
  if (fallback !== undefined) return ok(fallback);
  return fail(
    `failed to set global parameter ${parameter.name} from configmap with name ${reference.name} and key ${reference.key}: ${found.error}`,
  );
}

function replaceGlobals(spec: WorkflowSpec, globals: Variables, nowMs: number): Result<WorkflowSpec> {
  const { templates, templateDefaults, ...rest } = spec;
  const text = JSON.stringify(rest);
  if (!text.includes("{{")) return ok(spec);
  const replaced = replaceTemplate(text, globals, { allowUnresolved: true, nowMs });
  if (!replaced.ok) return replaced;
  const parsed: WorkflowSpec = JSON.parse(replaced.value);
  return ok({
    ...parsed,
    ...(templates !== undefined && { templates }),
    ...(templateDefaults !== undefined && { templateDefaults }),
  });
}
