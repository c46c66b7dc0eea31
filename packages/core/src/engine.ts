import type { Decision } from "./machine/decision.ts";
import type { WorkflowEvent } from "./machine/event.ts";
import type { StoredWorkflow } from "./ports/store.ts";

/** Settings of the machine; the same for a replay as for the live run. */
export interface EnginePolicy {
  /** Unfinished leaf nodes that one workflow may have at once: larger fan-outs are expanded as places come free, so memory and commits stay bounded. */
  readonly activeTasksMax: number;
  /** Nested template calls (Argo: 100). */
  readonly recursionDepthMax: number;
  readonly defaultPool: string;
  readonly bid: {
    readonly k: number;
    readonly thetaSeconds: number;
    readonly secondsPerPriority: number;
    readonly defaultTaskSeconds: number;
  };
}

/** What `decide` is told besides the event. */
export interface DecideContext {
  readonly uid: string;
  readonly nowMs: number;
  readonly policy: EnginePolicy;
}

/** A workflow in memory: opaque to the shell, changed in place by `decide`, rebuilt from what is stored by `load`. */
export interface WorkflowState {
  readonly uid: string;
}

/** The pure engine, as the shells use it. */
export interface Engine {
  /** Creates on `workflow-submitted` (state undefined); afterwards changes the state in place and says exactly what changed. Total: a bad event is ignored by name, never thrown. */
  decide(
    state: WorkflowState | undefined,
    event: WorkflowEvent,
    context: DecideContext,
  ): { readonly state: WorkflowState | undefined; readonly decision: Decision };
  load(stored: StoredWorkflow, policy: EnginePolicy): WorkflowState;
  /** Is the attempt still waited for? A relay drops start-task commands of attempts that are not. */
  isAttemptWanted(state: WorkflowState, nodeId: string, attempt: number): boolean;
}
