import { type JsonObject, objectAt, objectsAt, type Result, type Task, textAt, textMapAt } from "@capstan/core";
import { localLimits } from "./local-limits.ts";

/** What a task may ask about the machine it runs on. */
export interface NodeFacts {
  readonly nodeName: string;
  readonly podIP: string;
  /** PATH inside a container, unless it sets its own. */
  readonly path: string;
}

/** Argo's executor tells programs where to write their progress by this path. */
export const progressPath = "/var/run/argo/progress";

/** The whole environment of a container: nothing of the agent's own leaks in. */
export function containerEnvironment(
  task: Task,
  container: string,
  spec: JsonObject,
  node: NodeFacts,
): Result<ReadonlyMap<string, string>> {
  const environment = new Map<string, string>([
    ["PATH", node.path],
    ["HOME", "/root"],
    ["HOSTNAME", task.podName.slice(0, 63)],
  ]);
  for (const source of objectsAt(spec, "envFrom")) {
    const taken = takeAll(source, environment);
    if (!taken.ok) return { ok: false, error: `container ${container}: ${taken.error}` };
  }
  for (const [name, value] of argoVariables(task, container)) environment.set(name, value);
  for (const variable of objectsAt(spec, "env")) {
    const name = textAt(variable, "name") ?? "";
    const value = variableValue(variable, task, spec, node);
    if (!value.ok) return { ok: false, error: `container ${container}: variable ${name}: ${value.error}` };
    if (name === "" || name.includes("="))
      return { ok: false, error: `container ${container}: "${name}" cannot name a variable` };
    if (value.value !== undefined) environment.set(name, expandReferences(value.value, environment));
  }
  return { ok: true, value: environment };
}

function argoVariables(task: Task, container: string): readonly (readonly [string, string])[] {
  const template = JSON.stringify(task.template);
  const fits = Buffer.byteLength(template) <= localLimits.environmentValueBytesMax;
  return [
    ["ARGO_WORKFLOW_NAME", task.workflowName],
    ["ARGO_WORKFLOW_UID", task.workflowUid],
    ["ARGO_POD_NAME", task.podName],
    ["ARGO_POD_UID", task.id],
    ["ARGO_NODE_ID", task.nodeId],
    ["ARGO_CONTAINER_NAME", container],
    ["ARGO_TEMPLATE", fits ? template : "{}"],
    ["ARGO_INCLUDE_SCRIPT_OUTPUT", String(task.captureResult)],
    ["ARGO_PROGRESS_FILE", progressPath],
    ...(task.deadlineAtMs === undefined
      ? []
      : [["ARGO_DEADLINE", new Date(task.deadlineAtMs).toISOString().replace(/\.\d+Z$/, "Z")] as const]),
  ];
}

/** `$(NAME)` becomes the variable's value, `$$(NAME)` stays as `$(NAME)`; unknown names stay too. As the kubelet does. */
export function expandReferences(text: string, environment: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^()]*)\)/g, (whole, name: string | undefined) =>
    whole === "$$" ? "$" : (environment.get(name ?? "") ?? whole),
  );
}

function takeAll(source: JsonObject, environment: Map<string, string>): Result<void> {
  for (const kind of ["configMapRef", "secretRef"]) {
    const reference = objectAt(source, kind);
    if (reference === undefined) continue;
    const values = textMapAt(reference, "data");
    if (values === undefined && reference["optional"] !== true)
      return {
        ok: false,
        error: `envFrom: the ${kind} "${textAt(reference, "name") ?? ""}" is not available to this runtime`,
      };
    for (const [name, value] of Object.entries(values ?? {}))
      environment.set(`${textAt(source, "prefix") ?? ""}${name}`, value);
  }
  return { ok: true, value: undefined };
}

function variableValue(
  variable: JsonObject,
  task: Task,
  spec: JsonObject,
  node: NodeFacts,
): Result<string | undefined> {
  const from = objectAt(variable, "valueFrom");
  if (from === undefined) {
    const value = variable["value"];
    return { ok: true, value: value === undefined || value === null ? "" : String(value) };
  }
  const fieldPath = textAt(objectAt(from, "fieldRef"), "fieldPath");
  if (fieldPath !== undefined) return podField(fieldPath, task, node);
  const resource = textAt(objectAt(from, "resourceFieldRef"), "resource");
  if (resource !== undefined) {
    const [kind = "", name = ""] = resource.split(".");
    const amount = objectAt(objectAt(spec, "resources"), kind)?.[name];
    return { ok: true, value: amount === undefined ? "0" : String(amount) };
  }
  for (const kind of ["configMapKeyRef", "secretKeyRef"]) {
    const reference = objectAt(from, kind);
    if (reference === undefined) continue;
    const value = textMapAt(reference, "data")?.[textAt(reference, "key") ?? ""];
    if (value !== undefined || reference["optional"] === true) return { ok: true, value };
    return { ok: false, error: `the ${kind} "${textAt(reference, "name") ?? ""}" is not available to this runtime` };
  }
  return { ok: false, error: `valueFrom ${Object.keys(from).join(", ")} is not known` };
}

function podField(path: string, task: Task, node: NodeFacts): Result<string> {
  const mapped = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path);
  if (mapped !== null) {
    const values = mapped[1] === "labels" ? task.labels : task.annotations;
    return { ok: true, value: values[mapped[2] ?? ""] ?? "" };
  }
  const fields: Readonly<Record<string, string>> = {
    "metadata.name": task.podName,
    "metadata.namespace": task.namespace,
    "metadata.uid": task.id,
    "spec.nodeName": node.nodeName,
    "spec.serviceAccountName":
      textAt(task.podDefaults, "serviceAccountName") ?? textAt(task.template, "serviceAccountName") ?? "default",
    "status.podIP": node.podIP,
    "status.hostIP": node.podIP,
  };
  const value = fields[path];
  return value === undefined ? { ok: false, error: `the field "${path}" is not known` } : { ok: true, value };
}
