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
