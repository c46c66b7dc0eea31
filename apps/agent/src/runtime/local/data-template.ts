import {
  type Artifact,
  type JsonObject,
  objectAt,
  objectsAt,
  type Result,
  type Task,
  type TaskOutcome,
  textAt,
} from "@capstan/core";
import {
  compileExpression,
  type ExprEnvironment,
  type ExprValue,
  evaluateExpression,
  marshalJson,
} from "@capstan/expressions";
import { artifactKey } from "../../artifacts/artifact-key.ts";
import type { TaskArtifacts } from "../../artifacts/task-artifacts.ts";
import { localLimits } from "./local-limits.ts";

/** Runs a data template: its source's list goes through the expressions, and what comes out is the result, as JSON. */
export async function runDataTemplate(
  task: Task,
  artifacts: TaskArtifacts,
  machine: { readonly nodeName: string; readonly nowMs: () => number },
): Promise<TaskOutcome> {
  const startedAtMs = machine.nowMs();
  const result = await transformedSource(task, artifacts, startedAtMs);
  const ended = { startedAtMs, finishedAtMs: machine.nowMs(), hostNodeName: machine.nodeName };
  return result.ok
    ? { ...ended, phase: "Succeeded", outputs: { result: result.value, exitCode: "0" } }
    : { ...ended, phase: "Failed", message: result.error };
}

function onlyData(value: ExprValue): ExprEnvironment {
  return { get: (name) => (name === "data" ? value : undefined), keys: () => ["data"] };
}

async function transformedSource(task: Task, artifacts: TaskArtifacts, nowMs: number): Promise<Result<string>> {
  const data = objectAt(task.template, "data");
  const source = objectAt(objectAt(data, "source"), "artifactPaths");
  if (source === undefined)
    return { ok: false, error: "unable to process data source: a data template has no source but artifactPaths" };
  const keys = await artifacts.list(task, prefixOf(source));
  if (!keys.ok) return { ok: false, error: `unable to process data source: ${keys.error}` };
  let value: ExprValue = keys.value;
  for (const [index, step] of objectsAt(data, "transformation").entries()) {
    const expression = textAt(step, "expression") ?? "";
    if (expression === "") continue;
    const compiled = compileExpression(expression);
    const evaluated: Result<ExprValue> = compiled.ok
      ? evaluateExpression(compiled.value, onlyData(value), { nowMs })
      : compiled;
    if (!evaluated.ok)
      return {
        ok: false,
        error: `unable to process data transformation: error processing data step ${index}: ${evaluated.error}`,
      };
    value = evaluated.value;
  }
  const text = marshalJson(value);
  if (text.length <= localLimits.resultBytesMax) return { ok: true, value: text };
  return { ok: false, error: `the data template's result is larger than ${localLimits.resultBytesMax} bytes` };
}

/** Every key below the source's own; all of them where it names none. */
function prefixOf(source: JsonObject): string {
  return artifactKey(source as unknown as Artifact) ?? "";
}
