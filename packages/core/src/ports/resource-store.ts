import type { JsonObject } from "../json.ts";

/** What workflows refer to by name and are not themselves. */
export type ResourceKind = "WorkflowTemplate" | "ClusterWorkflowTemplate" | "ConfigMap";

/** The place of a resource; `namespace` is "" for what belongs to none. */
export interface ResourceRef {
  readonly kind: ResourceKind;
  readonly namespace: string;
  readonly name: string;
}

export interface StoredResource extends ResourceRef {
  /** Grows with every change of this resource; the object's `metadata.resourceVersion` is made from it. */
  readonly version: number;
  /** The whole object, as Kubernetes would keep it. */
  readonly object: JsonObject;
}

export interface ResourcePage {
  /** Ordered by namespace, then name. */
  readonly items: readonly StoredResource[];
  readonly continueToken?: string;
}

/** Keeps WorkflowTemplates, ClusterWorkflowTemplates and ConfigMaps where no Kubernetes API keeps them. */
export interface ResourceStore {
  /** Undefined when the name is taken: nothing was written. */
  create(ref: ResourceRef, object: JsonObject): Promise<StoredResource | undefined>;
  get(ref: ResourceRef): Promise<StoredResource | undefined>;
  /** Replaces the object; with `expectedVersion` only if nobody changed it since. */
  replace(
    ref: ResourceRef,
    object: JsonObject,
    expectedVersion?: number,
  ): Promise<StoredResource | "absent" | "conflict">;
  /** False when there was none. */
  remove(ref: ResourceRef): Promise<boolean>;
  /** One namespace's, or all when `namespace` is absent. */
  list(query: {
    readonly kind: ResourceKind;
    readonly namespace?: string;
    readonly limit: number;
    readonly continueToken?: string;
  }): Promise<ResourcePage>;
}
