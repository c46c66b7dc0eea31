import { argumentsShape, metadata } from "./artifact-fields.ts";
import {
  hostAlias,
  labelSelector,
  labels,
  objectMeta,
  podSecurityContext,
  resources,
  toleration,
  volume,
} from "./pod-fields.ts";
import { each, list, map, type Shape, struct } from "./shape.ts";
import { executor, hooks, metrics, retryStrategy, synchronization, template } from "./template-fields.ts";

const workflowTemplateRef = struct("workflowTemplateRef", () => ({ name: "string", clusterScope: "boolean" }));

const workflowMetadata = struct("workflowMetadata", () => ({
  labels,
  annotations: labels,
  labelsFrom: map(struct("labelsFrom", () => ({ expression: "string" }))),
}));

const artifactGc = struct("artifactGC", () => ({
  ...each("string", "strategy serviceAccountName podSpecPatch"),
  forceFinalizerRemoval: "boolean",
  podMetadata: metadata,
}));

const podGc = struct("podGC", () => ({
  ...each("string", "strategy deleteDelayDuration"),
  labelSelector,
}));

const persistentVolumeClaim = struct("volumeClaimTemplate", () => ({
  ...each("string", "apiVersion kind"),
  metadata: objectMeta,
  spec: "object",
  status: "object",
}));

export const workflowSpec: Shape = struct(
  "spec",
  () => ({
    ...each(
      "string",
      "entrypoint onExit serviceAccountName shutdown schedulerName podPriorityClassName podSpecPatch dnsPolicy",
    ),
    ...each("integer", "activeDeadlineSeconds parallelism priority"),
    ...each("boolean", "suspend archiveLogs automountServiceAccountToken hostNetwork"),
    arguments: argumentsShape,
    templates: list(template, "name"),
    templateDefaults: template,
    workflowTemplateRef,
    hooks,
    retryStrategy,
    synchronization,
    metrics,
    workflowMetadata,
    podMetadata: metadata,
    podGC: podGc,
    artifactGC: artifactGc,
    artifactRepositoryRef: struct("artifactRepositoryRef", () => each("string", "configMap key")),
    ttlStrategy: struct("ttlStrategy", () =>
      each("int-or-string", "secondsAfterCompletion secondsAfterSuccess secondsAfterFailure"),
    ),
    volumeClaimGC: struct("volumeClaimGC", () => ({ strategy: "string" })),
    volumes: list(volume, "name"),
    volumeClaimTemplates: list(persistentVolumeClaim),
    podDisruptionBudget: "object",
    affinity: "object",
    dnsConfig: "object",
    executor,
    executorPlugins: list("object"),
    hostAliases: list(hostAlias, "ip"),
    imagePullSecrets: list(
      struct("reference", () => ({ name: "string" })),
      "name",
    ),
    nodeSelector: labels,
    podResources: resources,
    resourceClaims: list("object"),
    securityContext: podSecurityContext,
    tolerations: list(toleration, "key"),
  }),
  { podPriority: { shape: "integer", advice: "set podPriorityClassName" } },
);

const cronWorkflowSpec = struct(
  "spec",
  () => ({
    schedules: list("string"),
    ...each("string", "timezone concurrencyPolicy when"),
    suspend: "boolean",
    ...each("integer", "startingDeadlineSeconds successfulJobsHistoryLimit failedJobsHistoryLimit"),
    stopStrategy: struct("stopStrategy", () => ({ expression: "string" })),
    workflowMetadata: objectMeta,
    workflowSpec,
  }),
  { schedule: { shape: "string", rename: "schedules", asList: true, advice: 'write `schedules: ["…"]`' } },
);

const eventBindingSpec = struct("spec", () => ({
  event: struct("event", () => ({ selector: "string" })),
  submit: struct("submit", () => ({ workflowTemplateRef, arguments: argumentsShape, metadata: objectMeta })),
}));

function kind(name: string, spec: Shape): Shape {
  return struct(name, () => ({ ...each("string", "apiVersion kind"), metadata: objectMeta, spec, status: "any" }));
}

function dataKind(name: string, fields: { readonly [field: string]: Shape }): Shape {
  return struct(name, () => ({
    ...each("string", "apiVersion kind"),
    metadata: objectMeta,
    immutable: "boolean",
    ...fields,
  }));
}

/** The kinds that are read, by `kind`; the Job of the seed dialect is checked when it becomes a template. */
export const kindShapes: ReadonlyMap<string, Shape> = new Map([
  ["Workflow", kind("Workflow", workflowSpec)],
  ["WorkflowTemplate", kind("WorkflowTemplate", workflowSpec)],
  ["ClusterWorkflowTemplate", kind("ClusterWorkflowTemplate", workflowSpec)],
  ["CronWorkflow", kind("CronWorkflow", cronWorkflowSpec)],
  ["WorkflowEventBinding", kind("WorkflowEventBinding", eventBindingSpec)],
  ["ConfigMap", dataKind("ConfigMap", { data: labels, binaryData: labels })],
  ["Secret", dataKind("Secret", { data: labels, stringData: labels, type: "string" })],
]);
