import type { JsonObject, WorkflowHeader, WorkflowPhase } from "@capstan/core";
import type { KubeObject } from "@capstan/kubernetes";

/** A Workflow as the cluster keeps it; of the status, what we wrote ourselves. */
export interface WorkflowObject extends KubeObject {
  readonly spec?: JsonObject & { readonly suspend?: boolean; readonly shutdown?: string };
  readonly status?: {
    readonly phase?: WorkflowPhase;
    readonly message?: string;
    readonly capstan?: Projection;
  };
}

/** What of the spec stood for the workflow's state when the status was written last: what differs from it was changed by somebody. */
export interface ProjectedControls {
  readonly suspend: boolean;
  readonly shutdown: string;
}

/** What a status shows: the controls at that time, and the newest change that it certainly holds. */
export interface Projection extends ProjectedControls {
  readonly version?: string;
}

export const phaseLabel = "workflows.argoproj.io/phase";
export const completedLabel = "workflows.argoproj.io/completed";

export const workflowType = { apiVersion: "argoproj.io/v1alpha1", plural: "workflows", isNamespaced: true } as const;

export function isFinal(phase: WorkflowPhase | undefined): boolean {
  return phase === "Succeeded" || phase === "Failed" || phase === "Error";
}

export function controlsOf(object: WorkflowObject): ProjectedControls {
  return { suspend: object.spec?.suspend === true, shutdown: object.spec?.shutdown ?? "" };
}

export function controlsIn(header: WorkflowHeader): ProjectedControls {
  return { suspend: header.suspended, shutdown: header.shutdown ?? "" };
}

export function sameControls(left: ProjectedControls, right: ProjectedControls): boolean {
  return left.suspend === right.suspend && left.shutdown === right.shutdown;
}

/** What is kept in memory of each object: not its spec, which may be large. */
export function slimWorkflow(object: WorkflowObject): WorkflowObject {
  const { name, namespace, uid, resourceVersion, labels, deletionTimestamp } = object.metadata;
  const { suspend, shutdown } = object.spec ?? {};
  const { phase, message, capstan } = object.status ?? {};
  return {
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(labels !== undefined && { labels }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    },
    spec: { ...(suspend !== undefined && { suspend }), ...(shutdown !== undefined && { shutdown }) },
    status: {
      ...(phase !== undefined && { phase }),
      ...(message !== undefined && { message }),
      ...(capstan !== undefined && { capstan }),
    },
  };
}
