import type { WorkflowBundle } from "@capstan/core";

/** On the workflows that stand for objects of the cluster: when such an object is gone, so is its workflow. */
export const originLabel = "capstan.dev/origin";
export const kubernetesOrigin = "kubernetes";

/** The bundle with its origin as it is, whatever its manifest says: a manifest may be a copy of an object's workflow. */
export function withOrigin(bundle: WorkflowBundle, isObject: boolean): WorkflowBundle {
  const { workflow } = bundle;
  const { labels, ...metadata } = workflow.metadata;
  const { [originLabel]: said, ...others } = labels ?? {};
  if (said === undefined && !isObject) return bundle;
  const marked = { ...others, ...(isObject && { [originLabel]: kubernetesOrigin }) };
  return { ...bundle, workflow: { ...workflow, metadata: { ...metadata, labels: marked } } };
}

/** Does the workflow stand for an object of the cluster? */
export function isFromObject(bundle: WorkflowBundle): boolean {
  return bundle.workflow.metadata.labels?.[originLabel] === kubernetesOrigin;
}
