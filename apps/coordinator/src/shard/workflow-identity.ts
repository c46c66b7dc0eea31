import type { StoredWorkflow, WorkflowBundle, WorkflowHeader, WorkflowSummary } from "@capstan/core";
import { weightOfBundle } from "./rough-size.ts";
import type { CachedWorkflow, WorkflowIdentity } from "./workflow-cache.ts";

/** What a list needs to know of a workflow besides its header. */
export function identityOf(
  shard: number,
  uid: string,
  bundle: WorkflowBundle,
  submittedAtMs: number,
): WorkflowIdentity {
  const { metadata, spec } = bundle.workflow;
  const templateName = spec.workflowTemplateRef?.name;
  return {
    uid,
    shard,
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    submittedAtMs,
    labels: metadata.labels ?? {},
    ...(templateName !== undefined && { templateName }),
    priority: spec.priority ?? 0,
  };
}

/** A workflow as a list shows it. */
export function summaryOf(identity: WorkflowIdentity, header: WorkflowHeader): WorkflowSummary {
  return {
    ...identity,
    labels: { ...identity.labels, ...header.labels },
    phase: header.phase,
    progress: header.progress,
    suspended: header.suspended,
    ...(header.message !== undefined && { message: header.message }),
    ...(header.cause !== undefined && { cause: header.cause }),
    ...(header.startedAtMs !== undefined && { startedAtMs: header.startedAtMs }),
    ...(header.finishedAtMs !== undefined && { finishedAtMs: header.finishedAtMs }),
  };
}

/** One that is retried has started before, whatever is left of that. */
function awaitsStartSinceMs({ submittedAtMs, header, nodes }: StoredWorkflow): number | undefined {
  const hasStarted = header.startedAtMs !== submittedAtMs || nodes.some((node) => node.runStartedAtMs !== undefined);
  return hasStarted ? undefined : submittedAtMs;
}

/** A cache entry for a workflow that the store has, or has not. */
export function cachedFrom(
  uid: string,
  shard: number,
  stored: StoredWorkflow | undefined,
  state: CachedWorkflow["state"],
): CachedWorkflow {
  const bundleWeight = stored === undefined ? 0 : weightOfBundle(stored.bundle);
  return {
    uid,
    state,
    identity: stored && identityOf(shard, uid, stored.bundle, stored.submittedAtMs),
    awaitsStartSinceMs: stored && awaitsStartSinceMs(stored),
    header: stored?.header,
    bundleWeight,
    nodeCount: (stored?.nodes.length ?? 0) + bundleWeight,
    uncommitted: 0,
    indexedAtMs: 0,
    indexed: stored?.header,
  };
}
