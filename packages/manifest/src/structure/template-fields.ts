import {
  argumentsShape,
  artifact,
  artifactLocation,
  dataSource,
  httpTemplate,
  metadata,
  outputs,
} from "./artifact-fields.ts";
import {
  container,
  containerNode,
  hostAlias,
  keySelector,
  labels,
  podSecurityContext,
  resources,
  script,
  toleration,
  userContainer,
  volume,
  volumeMounts,
} from "./pod-fields.ts";
import { each, type Fields, list, map, type Shape, struct } from "./shape.ts";

const templateRef = struct("templateRef", () => ({ ...each("string", "name template"), clusterScope: "boolean" }));

const hook = struct("hook", () => ({
  ...each("string", "template expression"),
  templateRef,
  arguments: argumentsShape,
}));

export const hooks: Shape = map(hook);

const continueOn = struct("continueOn", () => each("boolean", "error failed"));

const sequence = struct("withSequence", () => ({ ...each("int-or-string", "count start end"), format: "string" }));

const callFields = (): Fields => ({
  ...each("string", "name template withParam when onExit"),
  templateRef,
  inline: template,
  arguments: argumentsShape,
  withItems: list("any"),
  withSequence: sequence,
  continueOn,
  hooks,
});

const step = struct("step", callFields);
const task = struct("task", () => ({ ...callFields(), dependencies: list("string"), depends: "string" }));

export const retryStrategy: Shape = struct("retryStrategy", () => ({
  limit: "int-or-string",
  ...each("string", "retryPolicy expression"),
  backoff: struct("backoff", () => ({ ...each("text", "duration maxDuration cap"), factor: "int-or-string" })),
  affinity: struct("affinity", () => ({ nodeAntiAffinity: "object" })),
}));

const mutex = struct("mutex", () => ({ ...each("string", "name namespace"), database: "boolean" }));
const semaphore = struct("semaphore", () => ({
  namespace: "string",
  configMapKeyRef: keySelector,
  database: struct("database", () => ({ key: "string" })),
}));

export const synchronization: Shape = struct(
  "synchronization",
  () => ({ mutexes: list(mutex), semaphores: list(semaphore) }),
  {
    mutex: { shape: mutex, rename: "mutexes", asList: true, advice: "write `mutexes: [{name: …}]`" },
    semaphore: {
      shape: semaphore,
      rename: "semaphores",
      asList: true,
      advice: "write `semaphores: [{configMapKeyRef: …}]`",
    },
  },
);

const metricValue = { value: "text" } as const;

export const metrics: Shape = struct("metrics", () => ({
  prometheus: list(
    struct("metric", () => ({
      ...each("string", "name help when"),
      labels: list(struct("metric label", () => each("string", "key value"))),
      counter: struct("counter", () => metricValue),
      gauge: struct("gauge", () => ({ ...metricValue, realtime: "boolean", operation: "string" })),
      histogram: struct("histogram", () => ({ ...metricValue, buckets: list("number") })),
    })),
  ),
}));

const resource = struct("resource", () => ({
  ...each("string", "action manifest mergeStrategy successCondition failureCondition"),
  setOwnerReference: "boolean",
  flags: list("string"),
  manifestFrom: struct("manifestFrom", () => ({ artifact })),
}));

const containerSet = struct("containerSet", () => ({
  containers: list(containerNode),
  volumeMounts,
  retryStrategy: struct("retryStrategy", () => ({ retries: "int-or-string", duration: "text" })),
}));

const data = struct("data", () => ({
  source: dataSource,
  transformation: list(struct("transformation", () => ({ expression: "string" }))),
}));

const memoize = struct("memoize", () => ({
  ...each("string", "key maxAge"),
  cache: struct("cache", () => ({ configMap: struct("configMap", () => ({ name: "string" })) })),
}));

export const executor: Shape = struct("executor", () => ({ serviceAccountName: "string" }));

export const template: Shape = struct("template", () => ({
  ...each("string", "name podSpecPatch priorityClassName schedulerName serviceAccountName"),
  ...each("text", "timeout pendingTimeout"),
  ...each("boolean", "daemon failFast automountServiceAccountToken"),
  activeDeadlineSeconds: "int-or-string",
  parallelism: "integer",
  inputs: argumentsShape,
  outputs,
  metadata,
  annotations: labels,
  container,
  containerSet,
  script,
  resource,
  data,
  http: httpTemplate,
  plugin: "object",
  suspend: struct("suspend", () => ({ duration: "text" })),
  steps: list(list(step)),
  dag: struct("dag", () => ({ target: "string", failFast: "boolean", tasks: list(task, "name") })),
  volumes: list(volume, "name"),
  initContainers: list(userContainer, "name"),
  sidecars: list(userContainer, "name"),
  retryStrategy,
  synchronization,
  memoize,
  metrics,
  archiveLocation: artifactLocation,
  affinity: "object",
  executor,
  hostAliases: list(hostAlias, "ip"),
  nodeSelector: labels,
  podResources: resources,
  resourceClaims: list("object"),
  securityContext: podSecurityContext,
  tolerations: list(toleration, "key"),
}));
