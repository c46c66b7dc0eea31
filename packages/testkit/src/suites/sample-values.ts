import {
  type NodePhase,
  type NodeStatus,
  type Task,
  taskId,
  type WorkflowBundle,
  type WorkflowCommit,
  type WorkflowHeader,
  type WorkflowPhase,
  type WorkflowSummary,
} from "@capstan/core";

/** Plain values for the port suites: valid in shape, without meaning. */
export function aBundle(name: string, uid = `uid-${name}`, namespace = "default"): WorkflowBundle {
  return {
    workflow: {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Workflow",
      metadata: { name, namespace, uid },
      spec: { entrypoint: "main", templates: [{ name: "main", container: { image: "busybox" } }] },
    },
    workflowTemplates: {},
    configMaps: {},
  };
}

export function aHeader(phase: WorkflowPhase = "Running", progress = "0/1"): WorkflowHeader {
  return { phase, progress, conditions: [], suspended: false, labels: {}, annotations: {}, machine: {} };
}

export function aNode(id: string, phase: NodePhase = "Pending"): NodeStatus {
  return { id, name: `name of ${id}`, displayName: id, type: "Pod", phase };
}

export function aTask(workflowUid: string, nodeId: string, keySeconds: number, pool = "default"): Task {
  return {
    id: taskId(workflowUid, nodeId, 0),
    workflowUid,
    workflowName: workflowUid,
    namespace: "default",
    nodeId,
    nodeName: nodeId,
    attempt: 0,
    podName: `pod-${nodeId}`,
    pool,
    template: { name: "main", container: { image: "busybox", command: ["true"] } },
    podDefaults: {},
    captureResult: false,
    labels: {},
    annotations: {},
    bid: {
      keySeconds,
      submittedAtSeconds: keySeconds,
      thetaSeconds: 0,
      k: 0.05,
      criticalPathSeconds: 0,
      remainingWorkTermSeconds: 0,
      userPrioritySeconds: 0,
    },
  };
}

export function aSummary(name: string, changes: Partial<WorkflowSummary> = {}): WorkflowSummary {
  return {
    uid: `uid-${name}`,
    shard: 0,
    namespace: "default",
    name,
    phase: "Running",
    progress: "0/1",
    submittedAtMs: 1_700_000_000_000,
    suspended: false,
    labels: {},
    priority: 0,
    ...changes,
  };
}

/** A commit of one workflow that changes nothing; the test says what it does change. */
export function aWorkflowCommit(uid: string, changes: Partial<WorkflowCommit> = {}): WorkflowCommit {
  return { uid, nodes: [], removedNodeIds: [], timers: [], deleted: false, ...changes };
}

/** The commit of a workflow's first event. */
export function aCreation(name: string, nodes: readonly NodeStatus[] = []): WorkflowCommit {
  const created = { bundle: aBundle(name), submittedAtMs: 1_700_000_000_000 };
  return aWorkflowCommit(`uid-${name}`, { created, header: aHeader(), nodes });
}
