import type { Parameter } from "../spec/arguments.ts";
import type { WorkflowBundle } from "../spec/workflow.ts";
import type { NodePhase } from "../status.ts";
import type { TaskOutcome } from "../task.ts";

/** Which nodes a control acts on, Argo's node field selector already parsed; all terms must match. */
export interface NodeSelector {
  readonly terms: readonly { readonly field: string; readonly operator: "=" | "!="; readonly value: string }[];
}

/** What happened to one workflow. Events may come twice, late or out of order: the machine ignores what no longer applies, by name. */
export type WorkflowEvent =
  | { readonly type: "workflow-submitted"; readonly bundle: WorkflowBundle }
  | {
      readonly type: "task-started";
      readonly nodeId: string;
      readonly attempt: number;
      readonly startedAtMs: number;
      readonly hostNodeName?: string;
      readonly podIP?: string;
      readonly daemoned?: boolean;
    }
  | {
      readonly type: "task-progressed";
      readonly nodeId: string;
      readonly attempt: number;
      readonly progress?: string;
      readonly message?: string;
    }
  | { readonly type: "task-finished"; readonly nodeId: string; readonly attempt: number; readonly outcome: TaskOutcome }
  | { readonly type: "timer-due"; readonly timerId: string }
  | { readonly type: "suspend-requested" }
  | {
      readonly type: "resume-requested";
      readonly nodes?: NodeSelector;
      readonly by?: string;
      /** Only what `spec.suspend` holds back goes on; suspended nodes go on waiting. */
      readonly workflowOnly?: boolean;
    }
  | { readonly type: "stop-requested"; readonly nodes?: NodeSelector; readonly message?: string }
  | { readonly type: "terminate-requested" }
  | {
      readonly type: "retry-requested";
      readonly restartSuccessful: boolean;
      readonly nodes?: NodeSelector;
      readonly parameters: readonly string[];
    }
  | {
      readonly type: "nodes-set-requested";
      readonly nodes: NodeSelector;
      readonly phase?: NodePhase;
      readonly message?: string;
      readonly outputParameters: readonly Parameter[];
    }
  | { readonly type: "delete-requested" };
