import { isObject, type JsonObject, objectAt, objectsAt, type Result, type Task, textAt } from "@capstan/core";
import type { Pod } from "../objects.ts";
import { supervisorAnnotation } from "./captured-outputs.ts";
import { mainContainers, sidecarNames } from "./containers.ts";
import {
  agentLabel,
  encodeTask,
  labelValue,
  podName,
  poolLabel,
  taskAnnotation,
  taskIdAnnotation,
  workflowLabel,
  workflowUidLabel,
} from "./identity.ts";
import { podContainers } from "./pod-containers.ts";
import { patchedSpec } from "./pod-spec-patch.ts";
import { planAnnotation, podVolumes, scriptAnnotation } from "./pod-volumes.ts";
import { imagesWithoutCommand, type SupervisionContext, supervisedSpec } from "./supervised-spec.ts";
import { isFetchedScript, needsSupervisor, supervisorPlan, type TransferTarget } from "./supervisor-plan.ts";

/** What a Pod is built with besides its task. */
export interface PodContext extends SupervisionContext {
  /** The agent that looks after the Pod. */
  readonly agentName: string;
  /** The node that the Pod is put on; the scheduler finds one when absent. */
  readonly nodeName?: string;
  readonly transfer: TransferTarget;
  /** stdout must be taken by the supervisor, as the agent cannot read it on the node. */
  readonly captureStdout: boolean;
  readonly nowMs: number;
}

/**
 * The Pod of a task: the user's container alone where nothing must be captured, otherwise with the supervisor around its command. The
 * error says what the workflow's author has to change.
 */
export function buildPod(task: Task, context: PodContext): Result<Pod> {
  const kind = ["resource", "http", "plugin", "data"].find((name) => task.template[name] !== undefined);
  if (kind !== undefined) return { ok: false, error: `a ${kind} template is no Pod` };
  const encoded = encodeTask(task);
  if (!encoded.ok) return encoded;
  const isSupervised = needsSupervisor(task, context.captureStdout);
  const hasSupervisor = isSupervised || sidecarNames(task).length > 0;
  const plain = plainSpec(task, context.nowMs);
  if (!plain.ok) return plain;
  const spec = hasSupervisor ? supervisedSpec(task, plain.value, context, isSupervised) : plain;
  if (!spec.ok) return spec;
  const { script } = task.template;
  const metadata = {
    name: podName(task),
    namespace: task.namespace,
    labels: labelsOf(task, context.agentName),
    annotations: {
      ...annotationsOf(task),
      [taskIdAnnotation]: task.id,
      [taskAnnotation]: encoded.value,
      ...(script !== undefined && !isFetchedScript(task) && { [scriptAnnotation]: script.source ?? "" }),
      ...(isSupervised && { [supervisorAnnotation]: "1" }),
      ...(hasSupervisor && { [planAnnotation]: supervisorPlan(task, context.transfer, context.captureStdout) }),
    },
  };
  const placed = context.nodeName === undefined ? spec.value : { ...spec.value, nodeName: context.nodeName };
  return { ok: true, value: { apiVersion: "v1", kind: "Pod", metadata, spec: placed } };
}

/** The Pod as its user describes it, `podSpecPatch` included: what runs under the supervisor is what the patch leaves. */
function plainSpec(task: Task, nowMs: number): Result<JsonObject> {
  const containers = podContainers(task);
  const volumes = podVolumes(task, containers);
  if (!volumes.ok) return volumes;
  return patchedSpec(task, {
    ...podFields(task),
    ...deadline(task, nowMs),
    restartPolicy: "Never",
    ...containers,
    ...(volumes.value.length > 0 && { volumes: volumes.value }),
  });
}

function labelsOf(task: Task, agentName: string): Record<string, string> {
  return {
    ...texts(objectAt(objectAt(task.podDefaults, "podMetadata"), "labels")),
    ...task.labels,
    [workflowLabel]: labelValue(task.workflowName),
    [workflowUidLabel]: labelValue(task.workflowUid),
    [agentLabel]: labelValue(agentName),
    [poolLabel]: labelValue(task.pool),
  };
}

function annotationsOf(task: Task): Record<string, string> {
  return {
    ...texts(objectAt(objectAt(task.podDefaults, "podMetadata"), "annotations")),
    ...task.annotations,
    "kubectl.kubernetes.io/default-container": "main",
    "workflows.argoproj.io/node-id": task.nodeId,
    "workflows.argoproj.io/node-name": task.nodeName,
  };
}

function texts(values: JsonObject | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([key, value]) => [key, String(value)]));
}

/** Fields that the template or else the workflow gives the Pod, under the Pod's own names. */
const inheritedFields = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "hostNetwork",
  "imagePullSecrets",
  "nodeSelector",
  "resourceClaims",
  "schedulerName",
  "securityContext",
  "serviceAccountName",
  "terminationGracePeriodSeconds",
  "tolerations",
] as const;

function podFields(task: Task): JsonObject {
  const { template, podDefaults } = task;
  const own = template as JsonObject;
  const fields: Record<string, JsonObject[string]> = {};
  for (const field of inheritedFields) {
    const value = isGiven(own[field]) ? own[field] : podDefaults[field];
    if (isGiven(value)) fields[field] = value;
  }
  const priorityClass = textAt(own, "priorityClassName") ?? textAt(podDefaults, "podPriorityClassName");
  if (priorityClass !== undefined) fields["priorityClassName"] = priorityClass;
  const aliases = [...objectsAt(podDefaults, "hostAliases"), ...objectsAt(own, "hostAliases")];
  if (aliases.length > 0) fields["hostAliases"] = aliases;
  const resources = objectAt(own, "podResources") ?? objectAt(podDefaults, "podResources");
  if (resources !== undefined) fields["resources"] = resources;
  return fields;
}

function isGiven(value: JsonObject[string] | undefined): value is JsonObject[string] {
  if (value === undefined || value === null || value === "") return false;
  return Array.isArray(value) ? value.length > 0 : !isObject(value) || Object.keys(value).length > 0;
}

/** The Pod's own deadline counts from its start on the node, so it is never shorter than what is left of the task's. */
function deadline(task: Task, nowMs: number): JsonObject {
  const limits = [task.runLimitMs, task.deadlineAtMs === undefined ? undefined : task.deadlineAtMs - nowMs];
  const leastMs = Math.min(...limits.filter((limit) => limit !== undefined));
  return Number.isFinite(leastMs) ? { activeDeadlineSeconds: Math.max(1, Math.ceil(leastMs / 1_000)) } : {};
}

/** The images whose entrypoint must be known before the task's Pod can be built: the supervisor wraps a command. */
export function imagesToLookUp(task: Task, captureStdout: boolean): readonly string[] {
  if (!needsSupervisor(task, captureStdout)) return [];
  return imagesIn(task, "containers", mainContainers(task));
}

/** The same of sidecars: those whose entrypoint cannot be found out go without the supervisor. */
export function sidecarImagesToLookUp(task: Task): readonly string[] {
  return imagesIn(task, "initContainers", sidecarNames(task));
}

function imagesIn(task: Task, list: string, names: readonly string[]): readonly string[] {
  const plain = names.length > 0 ? plainSpec(task, 0) : undefined;
  return plain?.ok ? imagesWithoutCommand(objectsAt(plain.value, list), names) : [];
}
