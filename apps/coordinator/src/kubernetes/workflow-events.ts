import { createHash } from "node:crypto";
import { type FailureCause, failureCauses, type StoredWorkflow, type WorkflowPhase, WorkflowView } from "@capstan/core";
import { isFinal, type WorkflowObject, workflowType } from "./workflow-object.ts";

/** A core/v1 Event, without its time. */
export interface WorkflowEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly annotations?: { readonly [name: string]: string };
  /** Tells it from others of the same workflow, and is the same when it is recorded again. */
  readonly key: string;
}

/** What a status says when it is written. */
type Moment = Pick<StoredWorkflow["header"], "phase" | "message" | "startedAtMs" | "finishedAtMs">;

const messageMax = 1_000;
const causesMax = 5;
const source = "capstan-coordinator";

/**
 * What `kubectl describe` is to tell of a workflow whose phase has changed since its object was written: its start and its end, and of a
 * failure what failed first. The reasons are Argo's (its documentation, "Workflow Events"); it tells of every node, which a cluster
 * bears for few.
 */
export function workflowEvents(
  before: WorkflowPhase | undefined,
  now: Moment,
  causes: readonly FailureCause[] = [],
): readonly WorkflowEvent[] {
  const { phase, message, startedAtMs, finishedAtMs } = now;
  if (phase === (before ?? "")) return [];
  const key = `${phase} ${(isFinal(phase) ? finishedAtMs : startedAtMs) ?? 0}`;
  if (phase === "Running") return [{ type: "Normal", reason: "WorkflowRunning", message: "Workflow Running", key }];
  if (phase === "Succeeded")
    return [{ type: "Normal", reason: "WorkflowSucceeded", message: "Workflow completed", key }];
  if (!isFinal(phase)) return [];
  const ofNodes = causes.map((cause): WorkflowEvent => nodeEvent(cause, key));
  return [...ofNodes, { type: "Warning", reason: "WorkflowFailed", message: shortened(message ?? phase), key }];
}

/** What failed in a workflow by itself, of few enough nodes to look through. */
export function causesOf({ header, nodes }: StoredWorkflow): readonly FailureCause[] {
  if (header.phase !== "Failed" && header.phase !== "Error") return [];
  return failureCauses(new WorkflowView(header, nodes), causesMax).items;
}

function nodeEvent({ id, name, type, phase, message = "" }: FailureCause, key: string): WorkflowEvent {
  const isError = phase === "Error";
  return {
    type: "Warning",
    reason: isError ? "WorkflowNodeError" : "WorkflowNodeFailed",
    message: shortened(`${isError ? "Error" : "Failed"} node ${name}${message && `: ${message}`}`),
    annotations: { "workflows.argoproj.io/node-name": name, "workflows.argoproj.io/node-type": type },
    key: `${key} ${id}`,
  };
}

function shortened(text: string): string {
  return text.length <= messageMax ? text : `${text.slice(0, messageMax - 1)}…`;
}

/** An Event as the API server takes it; its name is a function of what it tells. */
export function toEventObject(object: WorkflowObject, event: WorkflowEvent, nowText: string): object {
  const { name = "", namespace = "", uid = "", resourceVersion } = object.metadata;
  const { type, reason, message, annotations, key } = event;
  const digest = createHash("sha256").update(`${uid} ${reason} ${key}`).digest("hex").slice(0, 16);
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name.slice(0, 200)}.${digest}`, namespace, ...(annotations && { annotations }) },
    involvedObject: { apiVersion: workflowType.apiVersion, kind: "Workflow", name, namespace, uid, resourceVersion },
    ...{ type, reason, message, count: 1, firstTimestamp: nowText, lastTimestamp: nowText },
    source: { component: source },
    reportingComponent: source,
  };
}
