import type { DecideContext, Engine, WorkflowState } from "../engine.ts";
import { awaitsAttempt } from "../ports/attempt-reader.ts";
import type { WorkflowHeader } from "../status.ts";
import type { Decision } from "./decision.ts";
import type { WorkflowEvent } from "./event.ts";
import { finishWorkflow } from "./finish-workflow.ts";
import { frames } from "./frames.ts";
import type { EventOf, EventType, Handler } from "./handler.ts";
import { loadState } from "./load.ts";
import { onDeleteRequested } from "./on-delete-requested.ts";
import { onNodesSetRequested } from "./on-nodes-set-requested.ts";
import { onResumeRequested } from "./on-resume-requested.ts";
import { onRetryRequested } from "./on-retry-requested.ts";
import { onStopRequested, onTerminateRequested } from "./on-stop-requested.ts";
import { onSuspendRequested } from "./on-suspend-requested.ts";
import { onTaskFinished, onTaskProgressed, onTaskStarted } from "./on-task-events.ts";
import { onTimerDue } from "./on-timer-due.ts";
import { onWorkflowSubmitted } from "./on-workflow-submitted.ts";
import { hasPlace } from "./places.ts";
import { MachineState } from "./state.ts";
import { Turn } from "./turn.ts";

const handlers: { readonly [T in EventType]: Handler<T> } = {
  "workflow-submitted": onWorkflowSubmitted,
  "task-started": onTaskStarted,
  "task-progressed": onTaskProgressed,
  "task-finished": onTaskFinished,
  "timer-due": onTimerDue,
  "suspend-requested": onSuspendRequested,
  "resume-requested": onResumeRequested,
  "stop-requested": onStopRequested,
  "terminate-requested": onTerminateRequested,
  "retry-requested": onRetryRequested,
  "nodes-set-requested": onNodesSetRequested,
  "delete-requested": onDeleteRequested,
};

export const engine: Engine = {
  decide(state, event, context) {
    const machine = state === undefined ? stateFor(event, context) : ownState(state);
    if (machine === undefined) return { state: undefined, decision: unchanged("workflow does not exist") };
    machine.policy = context.policy;
    const turn = new Turn(machine, context.nowMs, frames);
    try {
      const ignored = handle(turn, event);
      if (ignored !== undefined) return { state: machine, decision: unchanged(ignored) };
      turn.run(() => hasPlace(machine));
    } catch (error) {
      // A fault of ours must not come back with every restart and take the shard's other workflows with it: as in Argo
      // it ends the workflow that met it.
      finishWorkflow(turn, "Error", `internal error: ${error instanceof Error ? error.message : String(error)}`);
    }
    return { state: turn.deleted ? undefined : machine, decision: turn.decision() };
  },

  load: (stored, policy) => loadState(stored, policy),

  isAttemptWanted(state, nodeId, attempt) {
    return awaitsAttempt(ownState(state).nodes.get(nodeId), attempt);
  },
};

function handle<T extends EventType>(turn: Turn, event: EventOf<T>): string | undefined {
  const handler: Handler<T> = handlers[event.type as T];
  return handler(turn, event);
}

function stateFor(event: WorkflowEvent, context: DecideContext): MachineState | undefined {
  if (event.type !== "workflow-submitted") return undefined;
  return new MachineState(context.uid, event.bundle, context.nowMs, firstHeader(event), context.policy);
}

function firstHeader(event: EventOf<"workflow-submitted">): WorkflowHeader {
  const { spec } = event.bundle.workflow;
  return {
    phase: "",
    progress: "0/0",
    conditions: [],
    suspended: spec.suspend === true,
    ...(spec.shutdown && { shutdown: spec.shutdown }),
    labels: {},
    annotations: {},
    machine: {},
  };
}

function ownState(state: WorkflowState): MachineState {
  if (state instanceof MachineState) return state;
  throw new Error("assertion failed: the state was not made by this engine");
}

function unchanged(reason: string): Decision {
  return { ignored: reason, nodes: [], removedNodeIds: [], timers: [], commands: [], deleted: false };
}
