import { each, list, map, type Shape, struct } from "./shape.ts";

// Kubernetes' own structures: the fields that manifests use are checked one by one, the depths of rare ones are passed through.

export const labels = map("string");

export const keySelector: Shape = struct("key selector", () => ({
  ...each("string", "name key"),
  optional: "boolean",
}));

const envVarSource = struct("valueFrom", () => ({
  configMapKeyRef: keySelector,
  secretKeyRef: keySelector,
  ...each("object", "fieldRef resourceFieldRef fileKeyRef"),
}));

const envVar = struct("environment variable", () => ({ ...each("string", "name value"), valueFrom: envVarSource }));

const envFrom = struct("envFrom", () => ({ prefix: "string", ...each("object", "configMapRef secretRef") }));

const volumeMount = struct("volume mount", () => ({
  ...each("string", "name mountPath subPath subPathExpr mountPropagation recursiveReadOnly"),
  readOnly: "boolean",
}));

const volumeDevice = struct("volume device", () => each("string", "name devicePath"));

const containerPort = struct("container port", () => ({
  ...each("integer", "containerPort hostPort"),
  ...each("string", "name hostIP protocol"),
}));

export const resources: Shape = struct("resources", () => ({
  limits: map("quantity"),
  requests: map("quantity"),
  claims: list("object", "name"),
}));

const securityContext = struct("securityContext", () => ({
  ...each("boolean", "allowPrivilegeEscalation privileged readOnlyRootFilesystem runAsNonRoot"),
  ...each("integer", "runAsUser runAsGroup"),
  procMount: "string",
  ...each("object", "appArmorProfile capabilities seLinuxOptions seccompProfile windowsOptions"),
}));

export const podSecurityContext: Shape = struct("securityContext", () => ({
  ...each("integer", "fsGroup runAsUser runAsGroup"),
  runAsNonRoot: "boolean",
  ...each("string", "fsGroupChangePolicy seLinuxChangePolicy supplementalGroupsPolicy"),
  supplementalGroups: list("integer"),
  sysctls: list("object"),
  ...each("object", "appArmorProfile seLinuxOptions seccompProfile windowsOptions"),
}));

const probe = struct("probe", () => ({
  ...each("object", "exec grpc httpGet tcpSocket"),
  ...each(
    "integer",
    "failureThreshold initialDelaySeconds periodSeconds successThreshold terminationGracePeriodSeconds timeoutSeconds",
  ),
}));

const containerFields = () => ({
  ...each(
    "string",
    "name image imagePullPolicy workingDir restartPolicy terminationMessagePath terminationMessagePolicy",
  ),
  ...each(list("string"), "command args"),
  env: list(envVar, "name"),
  envFrom: list(envFrom),
  ...each("boolean", "stdin stdinOnce tty"),
  lifecycle: "object" as const,
  ...each(probe, "livenessProbe readinessProbe startupProbe"),
  ports: list(containerPort, "containerPort"),
  ...each(list("object"), "resizePolicy restartPolicyRules"),
  resources,
  securityContext,
  volumeDevices: list(volumeDevice, "devicePath"),
  volumeMounts: list(volumeMount, "mountPath"),
});

export const container: Shape = struct("container", containerFields);
export const script: Shape = struct("script", () => ({ ...containerFields(), source: "string" }));
export const userContainer: Shape = struct("container", () => ({
  ...containerFields(),
  mirrorVolumeMounts: "boolean",
}));
export const containerNode: Shape = struct("container", () => ({ ...containerFields(), dependencies: list("string") }));
export const volumeMounts: Shape = list(volumeMount, "mountPath");

export const volume: Shape = struct("volume", () => ({
  name: "string",
  ...each(
    "object",
    `awsElasticBlockStore azureDisk azureFile cephfs cinder configMap csi downwardAPI emptyDir ephemeral fc flexVolume flocker
     gcePersistentDisk gitRepo glusterfs hostPath image iscsi nfs persistentVolumeClaim photonPersistentDisk portworxVolume projected
     quobyte rbd scaleIO secret storageos vsphereVolume`,
  ),
}));

export const toleration: Shape = struct("toleration", () => ({
  ...each("string", "key operator value effect"),
  tolerationSeconds: "integer",
}));

export const hostAlias: Shape = struct("host alias", () => ({ ip: "string", hostnames: list("string") }));

export const labelSelector: Shape = struct("label selector", () => ({
  matchLabels: labels,
  matchExpressions: list(
    struct("label selector term", () => ({ ...each("string", "key operator"), values: list("string") })),
  ),
}));

export const objectMeta: Shape = struct("metadata", () => ({
  ...each(
    "string",
    "name generateName namespace uid resourceVersion selfLink creationTimestamp deletionTimestamp clusterName",
  ),
  ...each("integer", "generation deletionGracePeriodSeconds"),
  labels,
  annotations: labels,
  finalizers: list("string"),
  ownerReferences: list("object", "uid"),
  managedFields: list("object"),
}));

/** A corev1.PodSpec, as far as a strategic merge must know it: the keys of its lists, which are Kubernetes' patchMergeKeys. */
export const podSpec: Shape = struct("Pod's spec", () => ({
  containers: list(container, "name"),
  initContainers: list(container, "name"),
  volumes: list(volume, "name"),
  hostAliases: list(hostAlias, "ip"),
  imagePullSecrets: list("object", "name"),
  resourceClaims: list("object", "name"),
  schedulingGates: list("object", "name"),
  topologySpreadConstraints: list("object", "topologyKey"),
  tolerations: list(toleration),
  securityContext: podSecurityContext,
  nodeSelector: map("string"),
  resources,
}));
