import { replaceTemplate, type Variables } from "@capstan/expressions";
import { fail, ok, type Result } from "../result.ts";
import type { Arguments, Artifact, Inputs, KeyRef, Parameter } from "../spec/arguments.ts";
import type { WorkflowBundle } from "../spec/workflow.ts";
import { hasLocationOrKey } from "./artifact-location.ts";

/**
 * Stands for an argument that referred to the output of a skipped node: to the template that is called it counts as not
 * given, so that the input's default applies. It has Argo's text, since a status may carry it.
 */
export const absentOptionalArgument = "__argo-internal.absent-optional-output__";

export type ConfigMaps = WorkflowBundle["configMaps"];

export interface SupplyContext {
  readonly globals: Variables;
  /** Absent while only validating: values from ConfigMaps stay open. */
  readonly configMaps?: ConfigMaps;
  /** Accepts artifacts whose location is not known yet. */
  readonly validateOnly?: boolean;
}

/** The inputs of a template with the values that a call gives them: argument over value over default. */
export function supplyInputs(
  inputs: Inputs | undefined,
  args: Arguments | undefined,
  context: SupplyContext,
): Result<Inputs | undefined> {
  if (inputs === undefined) return ok(undefined);
  const parameters: Parameter[] = [];
  for (const input of inputs.parameters ?? []) {
    const supplied = supplyParameter(input, findLast(args?.parameters, input.name), context);
    if (!supplied.ok) return supplied;
    parameters.push(supplied.value);
  }
  const artifacts: Artifact[] = [];
  for (const input of inputs.artifacts ?? []) {
    const supplied = supplyArtifact(input, findLast(args?.artifacts, input.name), context.validateOnly === true);
    if (!supplied.ok) return supplied;
    artifacts.push(supplied.value);
  }
  return ok({
    ...(inputs.parameters !== undefined && { parameters }),
    ...(inputs.artifacts !== undefined && { artifacts }),
  });
}

function findLast<T extends { readonly name: string }>(list: readonly T[] | undefined, name: string): T | undefined {
  return list?.find((item) => item.name === name);
}

function supplyParameter(input: Parameter, argument: Parameter | undefined, context: SupplyContext): Result<Parameter> {
  const value = input.value ?? input.default;
  if (argument === undefined) return supplyFromConfigMap(withValue(input, value), context);
  if (argument.value === absentOptionalArgument) {
    if (value === undefined && input.valueFrom === undefined) {
      return fail(
        `inputs.parameters.${input.name}: argument references an absent optional (skipped/omitted node output with no default)`,
      );
    }
    return supplyFromConfigMap(withValue(input, value), context);
  }
  const { value: _value, valueFrom: _valueFrom, ...rest } = input;
  if (argument.value !== undefined) return ok({ ...rest, value: argument.value });
  const { valueFrom } = argument;
  return supplyFromConfigMap(valueFrom === undefined ? rest : { ...rest, valueFrom }, context);
}

function withValue(parameter: Parameter, value: string | undefined): Parameter {
  return value === undefined || value === parameter.value ? parameter : { ...parameter, value };
}

function supplyFromConfigMap(parameter: Parameter, context: SupplyContext): Result<Parameter> {
  const reference = parameter.valueFrom?.configMapKeyRef;
  if (reference === undefined) {
    return parameter.value === undefined ? fail(`inputs.parameters.${parameter.name} was not supplied`) : ok(parameter);
  }
  if (context.configMaps === undefined) return ok(parameter);
  const resolved = resolveReference(reference, context.globals);
  if (!resolved.ok) return resolved;
  const found = configMapValue(context.configMaps, resolved.value);
  if (found.ok) return ok({ ...parameter, value: found.value });
  const fallback = parameter.valueFrom?.default;
  if (fallback !== undefined) return ok({ ...parameter, value: fallback });
  return fail(`unable to retrieve inputs.parameters.${parameter.name} from ConfigMap: ${found.error}`);
}

/** The value of a key of a ConfigMap; the error says what is missing. */
export function configMapValue(configMaps: ConfigMaps, reference: KeyRef): Result<string> {
  const entries = Object.hasOwn(configMaps, reference.name) ? configMaps[reference.name] : undefined;
  if (entries === undefined) {
    return fail(
      `ConfigMap '${reference.name}' does not exist. Please make sure it has the label workflows.argoproj.io/configmap-type: Parameter to be detectable by the controller`,
    );
  }
  const value = Object.hasOwn(entries, reference.key) ? entries[reference.key] : undefined;
  if (value !== undefined) return ok(value);
  return fail(`ConfigMap '${reference.name}' does not have the key '${reference.key}'`);
}

// The whole template is substituted only after its inputs are known, so a reference with tags needs its own pass.
function resolveReference(reference: KeyRef, globals: Variables): Result<KeyRef> {
  if (!reference.name.includes("{{") && !reference.key.includes("{{")) return ok(reference);
  const replaced = replaceTemplate(JSON.stringify([reference.name, reference.key]), globals, {
    allowUnresolved: false,
  });
  if (!replaced.ok) return fail(`failed to substitute configMapKeyRef: ${replaced.error}`);
  const [name, key]: readonly string[] = JSON.parse(replaced.value);
  return ok({ name: name ?? "", key: key ?? "" });
}

function supplyArtifact(input: Artifact, argument: Artifact | undefined, validateOnly: boolean): Result<Artifact> {
  if (input.optional !== true && !hasLocationOrKey(input)) {
    if (argument === undefined) return fail(`inputs.artifacts.${input.name} was not supplied`);
    if (!validateOnly && !(argument.from && argument.fromExpression) && !hasLocationOrKey(argument)) {
      return fail(`inputs.artifacts.${input.name} missing location information`);
    }
  }
  if (argument === undefined) return ok(input);
  const { path: _path, mode: _mode, recurseMode: _recurseMode, ...rest } = argument;
  return ok({
    ...rest,
    ...(input.path !== undefined && { path: input.path }),
    ...(input.mode !== undefined && { mode: input.mode }),
    ...(input.recurseMode !== undefined && { recurseMode: input.recurseMode }),
  });
}
