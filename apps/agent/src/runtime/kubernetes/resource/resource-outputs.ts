import type { Parameter, Result, Task } from "@capstan/core";
import { evaluateKubectlPath } from "@capstan/expressions";
import { localLimits } from "../../local/local-limits.ts";
import { runJqFilter } from "./jq-filter.ts";
import type { SeenObject } from "./object-place.ts";

/** The output parameters that an object gives; without an object (it was deleted, or never found) they have their defaults. */
export async function resourceParameters(
  task: Task,
  object: SeenObject | undefined,
): Promise<Result<readonly Parameter[]>> {
  const found: Parameter[] = [];
  for (const parameter of task.template.outputs?.parameters ?? []) {
    const { valueFrom } = parameter;
    if (valueFrom?.jsonPath === undefined && valueFrom?.jqFilter === undefined) {
      found.push(parameter);
      continue;
    }
    const value = object === undefined ? { ok: true as const, value: "" } : await parameterValue(parameter, object);
    if (value.ok && value.value !== "") found.push({ ...parameter, value: value.value });
    else if (valueFrom.default !== undefined) found.push({ ...parameter, value: valueFrom.default });
    else if (value.ok) found.push({ ...parameter, value: "" });
    else return { ok: false, error: `output parameter "${parameter.name}": ${value.error}` };
  }
  return { ok: true, value: found };
}

async function parameterValue({ valueFrom }: Parameter, object: SeenObject): Promise<Result<string>> {
  const { jsonPath, jqFilter = "." } = valueFrom ?? {};
  const value = jsonPath === undefined ? await runJqFilter(object, jqFilter) : evaluateKubectlPath(object, jsonPath);
  if (!value.ok || value.value.length <= localLimits.parameterBytesMax) return value;
  return { ok: false, error: `it is larger than ${localLimits.parameterBytesMax} bytes` };
}
