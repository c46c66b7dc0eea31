import { isExecutable, linkNodes } from "../graph/link-nodes.ts";
import { isTerminal } from "../graph/phases.ts";
import type { JsonObject } from "../json.ts";
import type { StoredWorkflow } from "../ports/store.ts";
import { withParameters } from "../spec/with-parameters.ts";
import type { ObjectMeta, Workflow, WorkflowSpec } from "../spec/workflow.ts";
import type { NodeStatus, WorkflowHeader, WorkflowStatus } from "../status.ts";
import { formatTimestamp } from "../timestamp.ts";
import { storedTemplates } from "./stored-templates.ts";

const phaseLabel = "workflows.argoproj.io/phase";
const completedLabel = "workflows.argoproj.io/completed";

/** The workflow as Argo's API shows it: metadata, spec and the whole status. */
export function toWorkflowObject(stored: StoredWorkflow): Workflow {
  const { workflow, writtenSpec = workflow.spec } = stored.bundle;
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: metadataOf(stored),
    spec: specOf(writtenSpec, stored.header),
    status: statusOf(stored),
  };
}

function metadataOf({ uid, submittedAtMs, bundle, header }: StoredWorkflow): ObjectMeta {
  const { metadata } = bundle.workflow;
  const annotations = { ...metadata.annotations, ...header.annotations };
  return {
    ...metadata,
    uid,
    creationTimestamp: metadata.creationTimestamp ?? formatTimestamp(submittedAtMs),
    labels: { ...metadata.labels, ...phaseLabels(header), ...header.labels },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function phaseLabels({ phase }: WorkflowHeader): { readonly [label: string]: string } {
  if (phase === "") return {};
  return { [completedLabel]: String(phase !== "Pending" && phase !== "Running"), [phaseLabel]: phase };
}

/** To Argo's users suspending, stopping and the parameters of a manual retry are changes of the spec. */
function specOf(spec: WorkflowSpec, header: WorkflowHeader): WorkflowSpec {
  const { suspend: _suspend, shutdown: _shutdown, ...rest } = withParameters(spec, header.machine["parameters"]);
  return {
    ...rest,
    ...(header.suspended && { suspend: true }),
    ...(header.shutdown !== undefined && { shutdown: header.shutdown }),
  };
}

function statusOf({ bundle, header, nodes }: StoredWorkflow): WorkflowStatus {
  const linked = linkNodes(nodes);
  const resourcesDuration = sumOfResources(linked);
  const templates = storedTemplates(bundle, linked);
  const spec = withParameters(bundle.workflow.spec, header.machine["parameters"]);
  return {
    phase: header.phase,
    startedAt: timestampOrNull(header.startedAtMs),
    finishedAt: timestampOrNull(header.finishedAtMs),
    ...(header.estimatedDuration !== undefined && { estimatedDuration: header.estimatedDuration }),
    progress: header.progress,
    ...(header.message && { message: header.message }),
    ...(linked.length > 0 && { nodes: Object.fromEntries(linked.map((node) => [node.id, toNodeObject(node)])) }),
    ...(Object.keys(templates).length > 0 && { storedTemplates: templates }),
    ...(header.outputs !== undefined && { outputs: header.outputs }),
    ...(header.conditions.length > 0 && { conditions: header.conditions }),
    ...(resourcesDuration !== undefined && { resourcesDuration }),
    ...(spec.workflowTemplateRef !== undefined && { storedWorkflowTemplateSpec: JSON.parse(JSON.stringify(spec)) }),
  };
}

/** One node as it stands in `status.nodes`; the engine's own fields are left out. */
export function toNodeObject(node: NodeStatus): JsonObject {
  const {
    startedAtMs,
    finishedAtMs,
    attempt: _attempt,
    pool: _pool,
    runStartedAtMs: _run,
    links: _links,
    ...shown
  } = node;
  const fields: { [field: string]: unknown } = {
    ...shown,
    startedAt: timestampOrNull(startedAtMs),
    finishedAt: timestampOrNull(finishedAtMs),
    // Argo says with it whether a Pod's outputs have arrived; here they come with the end of the task.
    ...(node.type === "Pod" && { taskResultSynced: isTerminal(node.phase) }),
  };
  for (const field of emptyFields) if (fields[field] === "" || fields[field] === false) delete fields[field];
  return fields as JsonObject;
}

/** Fields that Argo leaves out when they are empty. */
const emptyFields = [
  "message",
  "templateName",
  "templateScope",
  "boundaryID",
  "progress",
  "podIP",
  "hostNodeName",
  "daemoned",
];

function timestampOrNull(atMs: number | undefined): string | null {
  return atMs === undefined ? null : formatTimestamp(atMs);
}

function sumOfResources(nodes: readonly NodeStatus[]): { readonly [resource: string]: number } | undefined {
  const sums = new Map<string, number>();
  for (const node of nodes) {
    if (!isExecutable(node)) continue;
    for (const [resource, seconds] of Object.entries(node.resourcesDuration ?? {})) {
      sums.set(resource, (sums.get(resource) ?? 0) + seconds);
    }
  }
  return sums.size === 0 ? undefined : Object.fromEntries(sums);
}
