import type { JsonObject } from "./json.ts";
import type { Outputs } from "./spec/arguments.ts";
import type { Template } from "./spec/template.ts";

/** Why a task has its place in the queue; kept with the job so that every bid can be explained (design §5). All in seconds. */
export interface Bid {
  /** The static order key: smaller runs first. Unix seconds; age and θ and the terms below are folded into it. */
  readonly keySeconds: number;
  readonly submittedAtSeconds: number;
  readonly thetaSeconds: number;
  readonly k: number;
  readonly criticalPathSeconds: number;
  readonly remainingWorkTermSeconds: number;
  readonly userPrioritySeconds: number;
}

/** One leaf node's one attempt, fully resolved: an agent needs nothing else to run it. */
export interface Task {
  /** `<workflow uid>.<node id>.<attempt>`: also the BullMQ job id, so it holds no colon. */
  readonly id: string;
  readonly workflowUid: string;
  readonly workflowName: string;
  readonly namespace: string;
  readonly nodeId: string;
  readonly nodeName: string;
  readonly attempt: number;
  /** Argo's v2 pod name of the node. */
  readonly podName: string;
  readonly pool: string;
  /** Resolved: no tag left. Exactly one of container, script, containerSet, resource, data, http, plugin. */
  readonly template: Template;
  /** Fields of the workflow's spec that shape the Pod (volumes, serviceAccountName, nodeSelector, …). */
  readonly podDefaults: JsonObject;
  /** stdout is wanted as `outputs.result` (something refers to it). */
  readonly captureResult: boolean;
  /** Since when it may run, Unix ms: what it waits from then on is the queue's doing. */
  readonly readyAtMs?: number;
  /** When the task must have ended, Unix ms; from the workflow's deadline and the template's timeout. */
  readonly deadlineAtMs?: number;
  /** How long it may run from its start (activeDeadlineSeconds), ms. */
  readonly runLimitMs?: number;
  readonly labels: { readonly [key: string]: string };
  readonly annotations: { readonly [key: string]: string };
  readonly bid: Bid;
}

export type TaskPhase = "Succeeded" | "Failed" | "Error";

/** How a task ended. */
export interface TaskOutcome {
  readonly phase: TaskPhase;
  readonly message?: string;
  readonly outputs?: Outputs;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly hostNodeName?: string;
  readonly podIP?: string;
  readonly progress?: string;
  /** The end of the log of a task that failed, to find failures of one cause by. */
  readonly logTail?: string;
  readonly resourcesDuration?: { readonly [resource: string]: number };
}

/** The id of a node's attempt. */
export function taskId(workflowUid: string, nodeId: string, attempt: number): string {
  return `${workflowUid}.${nodeId}.${attempt}`;
}
