export { type AccessOptions, type ClusterAccess, loadClusterAccess } from "./client/cluster-access.ts";
export { Informer, type InformerChange, type InformerOptions } from "./client/informer.ts";
export {
  type AnsweredRequest,
  KubeClient,
  type KubeClientOptions,
  type PatchKind,
  type Query,
} from "./client/kube-client.ts";
export { KubeError, reasonOf } from "./client/kube-error.ts";
export { requestKind } from "./client/request-kind.ts";
export { objectKey, pathOf, podPath, ResourceMapper, type ResourceType } from "./client/resource-mapper.ts";
export { matchesLabels } from "./label-selector.ts";
export type {
  ContainerState,
  ContainerStatus,
  ContainerTermination,
  KubeNode,
  KubeObject,
  NodeTaint,
  ObjectMeta,
  OwnerReference,
  Pod,
  PodCondition,
  PodStatus,
} from "./objects.ts";
export { buildPod, imagesToLookUp, type PodContext, sidecarImagesToLookUp } from "./pod/build-pod.ts";
export {
  type CapturedOutput,
  type CapturedOutputs,
  isSupervised,
  parseCaptured,
} from "./pod/captured-outputs.ts";
export { installerName, mainContainers, outputContainer } from "./pod/containers.ts";
export {
  agentLabel,
  labelValue,
  podName,
  taskAnnotation,
  taskIdAnnotation,
  taskOfPod,
  workflowUidLabel,
} from "./pod/identity.ts";
export { fitsNode, type NodeUse, noUse, useOfPod, withUse } from "./pod/node-fit.ts";
export { isNodeReady, nodeLoss } from "./pod/node-loss.ts";
export { type EndedPod, observePod, type PodObservation, type Verdict } from "./pod/observe-pod.ts";
export { toPodEvent } from "./pod/pod-event.ts";
export { claimsOf, planAnnotation, scriptAnnotation, type WorkflowClaim } from "./pod/pod-volumes.ts";
export { shownPod } from "./pod/shown-pod.ts";
export type { ImageConfig, SupervisorSource } from "./pod/supervised-spec.ts";
export type { TransferTarget } from "./pod/supervisor-plan.ts";
export { type ArtifactPacking, transferLimits, transferPrefix } from "./pod/transfer-protocol.ts";
