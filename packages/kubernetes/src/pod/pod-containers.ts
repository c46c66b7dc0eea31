import { type JsonObject, objectsAt, type Task, textsAt } from "@capstan/core";
import { containersOf, type PlacedContainer } from "./containers.ts";
import { containerPaths, scriptMount } from "./pod-volumes.ts";
import { progressVariable, tellsProgress } from "./supervisor-plan.ts";

export interface PodContainers extends JsonObject {
  readonly containers: readonly JsonObject[];
  readonly initContainers?: readonly JsonObject[];
}

/** Where Argo's executor puts a script; users see the path in error messages of their programs. */
export const scriptPath = "/argo/staging/script";

/** The user's containers. Sidecars are native ones: init containers that go on beside the main ones and that the kubelet ends after them. */
export function podContainers(task: Task): PodContainers {
  const placed = containersOf(task);
  const of = (kind: PlacedContainer["kind"]): readonly JsonObject[] =>
    placed.filter((one) => one.kind === kind).map((one) => plainContainer(task, one));
  const sidecars = of("sidecar").map((container) => ({ ...container, restartPolicy: "Always" }));
  const before = [...of("init"), ...sidecars];
  return {
    containers: task.template.script === undefined ? of("main") : of("main").map((main) => withScript(task, main)),
    ...(before.length > 0 && { initContainers: before }),
  };
}

/** Fields that are Argo's and not Kubernetes'. */
const ownFields: ReadonlySet<string> = new Set(["mirrorVolumeMounts", "dependencies", "source"]);

function plainContainer(task: Task, { name, spec }: PlacedContainer): JsonObject {
  const fields = Object.fromEntries(Object.entries(spec).filter(([field]) => !ownFields.has(field)));
  return { ...fields, name, env: [...argoVariables(task, name), ...objectsAt(spec, "env")] };
}

function withScript(task: Task, container: JsonObject): JsonObject {
  return {
    ...container,
    args: [...textsAt(container, "args"), scriptPath],
    volumeMounts: [...objectsAt(container, "volumeMounts"), scriptMount(task)],
  };
}

/** Variables that Argo's executor gives containers. */
function argoVariables(task: Task, container: string): readonly JsonObject[] {
  const field = (name: string, fieldPath: string): JsonObject => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const template = JSON.stringify(task.template);
  return [
    { name: "ARGO_WORKFLOW_NAME", value: task.workflowName },
    { name: "ARGO_WORKFLOW_UID", value: task.workflowUid },
    field("ARGO_POD_NAME", "metadata.name"),
    field("ARGO_POD_UID", "metadata.uid"),
    { name: "ARGO_NODE_ID", value: task.nodeId },
    { name: "ARGO_CONTAINER_NAME", value: container },
    // The kubelet would put values for $(NAME) in it.
    { name: "ARGO_TEMPLATE", value: template.length <= templateBytesMax ? template.replaceAll("$(", "$$(") : "{}" },
    { name: "ARGO_INCLUDE_SCRIPT_OUTPUT", value: String(task.captureResult) },
    ...(tellsProgress(task) ? [{ name: progressVariable, value: `${containerPaths.run}/progress` }] : []),
    ...(task.deadlineAtMs === undefined
      ? []
      : [{ name: "ARGO_DEADLINE", value: new Date(task.deadlineAtMs).toISOString().replace(/\.\d+Z$/, "Z") }]),
  ];
}

/** The Pod holds the task already; a large template is not written into it once more for each container. */
const templateBytesMax = 8 * 1024;
