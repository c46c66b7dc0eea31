import type { Json, JsonObject } from "./json.ts";
import type { Inputs, Outputs } from "./spec/arguments.ts";
import type { Template, TemplateRef } from "./spec/template.ts";

export type WorkflowPhase = "" | "Pending" | "Running" | "Succeeded" | "Failed" | "Error";
export type NodePhase = "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
export type NodeType =
  | "Pod"
  | "Container"
  | "Steps"
  | "StepGroup"
  | "DAG"
  | "TaskGroup"
  | "Retry"
  | "Skipped"
  | "Suspend"
  | "HTTP"
  | "Plugin";

/**
 * Ours: a node's place in the tree, written once when the node is created, so that a commit costs what changed: a fan-out's group
 * node is not rewritten for each of its children. Stored nodes carry neither `children` nor `outboundNodes` nor the progress of
 * composite nodes: `linkNodes` derives them from these links for everyone who shows a status.
 */
export interface NodeLinks {
  /** Number of creation within the workflow: gives children their order. */
  readonly ordinal: number;
  /** The node whose frame called this one; absent for what the workflow itself calls. */
  readonly owner?: string;
  /** The owner's step or task that this node runs. */
  readonly slot?: string;
  /** The item's number, when a loop called. */
  readonly index?: number;
  /** The node that has this one as its child … */
  readonly parent?: string;
  /** … several at once for a container that waits for others … */
  readonly parents?: readonly string[];
  /** … or the nodes whose last descendants have it as theirs (a DAG task's dependencies, a group of steps' predecessor). */
  readonly after?: readonly string[];
  /** The nodes that a finished steps or DAG node ends with; its outbound nodes are theirs. */
  readonly ends?: readonly string[];
  /** Runs for an exit handler: goes on when the workflow is stopped. */
  readonly exit?: boolean;
  /** The resolved inline template, which no name finds again. */
  readonly inline?: Template;
  /** Loop sources that were resolved from values that change while the workflow runs, by step name. */
  readonly sources?: { readonly [slot: string]: string };
  /** The attempt must end by then: a retry strategy's maxDuration. */
  readonly deadlineAtMs?: number;
}

/** One node of `status.nodes`, field for field as Argo's NodeStatus (times are RFC 3339 in UTC with whole seconds at the edge, here in ms). */
export interface NodeStatus {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly type: NodeType;
  readonly templateName?: string;
  readonly templateRef?: TemplateRef;
  readonly templateScope?: string;
  readonly phase: NodePhase;
  readonly boundaryID?: string;
  readonly message?: string;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly progress?: string;
  readonly podIP?: string;
  readonly daemoned?: boolean;
  readonly inputs?: Inputs;
  readonly outputs?: Outputs;
  readonly children?: readonly string[];
  readonly outboundNodes?: readonly string[];
  readonly hostNodeName?: string;
  readonly nodeFlag?: { readonly hooked?: boolean; readonly retried?: boolean };
  readonly estimatedDuration?: number;
  readonly resourcesDuration?: { readonly [resource: string]: number };
  readonly memoizationStatus?: JsonObject;
  readonly synchronizationStatus?: JsonObject;
  /** Ours: how often this node id was dispatched (a manual retry runs the same id again); part of the task's id. 0 when never. */
  readonly attempt?: number;
  /** Ours: the pool that its task was given to, unless that is the default one. */
  readonly pool?: string;
  /** Ours: when the process of its task began to run; the time before that was spent waiting. */
  readonly runStartedAtMs?: number;
  readonly links?: NodeLinks;
}

/** The workflow's own status without its nodes: one small record, written whenever it changes. */
export interface WorkflowHeader {
  readonly phase: WorkflowPhase;
  readonly message?: string;
  /** Ours: of a failed workflow whose message only passes on that something in it failed, what that was; see `shortCause`. */
  readonly cause?: string;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly estimatedDuration?: number;
  readonly progress: string;
  readonly outputs?: Outputs;
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  readonly suspended: boolean;
  readonly shutdown?: "Stop" | "Terminate";
  /** Labels and annotations that the run itself gave to the object (workflowMetadata, phase, completed). */
  readonly labels: { readonly [key: string]: string };
  readonly annotations: { readonly [key: string]: string };
  /** Values that cannot be derived from nodes, e.g. the running maximum of parallel work; opaque to the shell. */
  readonly machine: JsonObject;
}

/** `status` of the Workflow object in Argo's shape, as the API, the CLI and kubectl show it. */
export interface WorkflowStatus {
  readonly phase?: WorkflowPhase;
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
  readonly progress?: string;
  readonly message?: string;
  readonly nodes?: { readonly [id: string]: JsonObject };
  readonly outputs?: Outputs;
  readonly conditions?: readonly JsonObject[];
  readonly storedTemplates?: { readonly [key: string]: Template };
  readonly storedWorkflowTemplateSpec?: JsonObject;
  readonly [field: string]: Json | undefined | Outputs | { readonly [key: string]: Template };
}
