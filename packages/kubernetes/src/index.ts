export { type AccessOptions, type ClusterAccess, loadClusterAccess } from "./client/cluster-access.ts";
export { Informer, type InformerChange, type InformerOptions } from "./client/informer.ts";
export { KubeClient, type KubeClientOptions, type PatchKind, type Query } from "./client/kube-client.ts";
export { KubeError, reasonOf } from "./client/kube-error.ts";
export { objectKey, pathOf, podPath, ResourceMapper, type ResourceType } from "./client/resource-mapper.ts";
export type {
  ContainerState,
  ContainerStatus,
  ContainerTermination,
  KubeObject,
  ObjectMeta,
  OwnerReference,
  Pod,
  PodCondition,
  PodStatus,
} from "./objects.ts";
