import type { IntOrString } from "../spec/arguments.ts";
import type { WorkflowPhase } from "../status.ts";
import { shortCause } from "../view/short-cause.ts";
import { endDaemons } from "./end-composite.ts";
import { withdraw } from "./leaf.ts";
import type { MachineState } from "./state.ts";
import { retentionTimer, workflowDeadlineTimer } from "./timers.ts";
import type { Turn } from "./turn.ts";
import { workflowDeadlineMs } from "./workflow-deadline.ts";
import { rootNode } from "./workflow-variables.ts";

const phaseLabel = "workflows.argoproj.io/phase";
const completedLabel = "workflows.argoproj.io/completed";

/** Labels that say how far the workflow is, as Argo's users select by. */
export function phaseLabels(phase: WorkflowPhase): { readonly [label: string]: string } {
  return { [phaseLabel]: phase, [completedLabel]: String(phase !== "Running" && phase !== "Pending") };
}

/** Ends the workflow: what still runs is withdrawn, since nothing waits for it. */
export function finishWorkflow(turn: Turn, phase: WorkflowPhase, message: string | undefined): void {
  const { state } = turn;
  endDaemons(turn, undefined);
  const main = rootNode(state);
  if (phase === "Error" && main?.phase === "Running") {
    turn.changeNode(main.id, { phase: "Error", message: "Workflow operation error", finishedAtMs: turn.nowMs });
  }
  state.frames.clear();
  // What is ended now for want of a workflow has failed for no cause of its own.
  const cause = phase === "Succeeded" ? undefined : shortCause(message, state);
  endLeftovers(turn);
  const { message: _message, cause: _cause, ...header } = state.header;
  state.header = header;
  turn.changeHeader({
    phase,
    ...(message !== undefined && message !== "" && { message }),
    ...(cause !== undefined && { cause }),
    finishedAtMs: turn.nowMs,
    labels: { ...header.labels, ...phaseLabels(phase) },
    conditions: [
      { type: "PodRunning", status: "False" },
      { type: "Completed", status: "True" },
    ],
  });
  if (workflowDeadlineMs(state) !== undefined) turn.clearTimer(workflowDeadlineTimer);
  const retainedMs = retentionMs(state, phase);
  if (retainedMs !== undefined) turn.setTimer(retentionTimer, turn.nowMs + retainedMs);
}

// A group that went wrong ends without waiting for its other steps; they must not outlive the workflow.
function endLeftovers(turn: Turn): void {
  for (const id of [...turn.state.activeLeaves, ...turn.state.daemons]) {
    const node = turn.state.nodes.get(id);
    if (node === undefined) continue;
    withdraw(turn, node, undefined, "the workflow has ended");
    turn.markPhase(id, "Failed", "the workflow ended before this node");
  }
}

function retentionMs(state: MachineState, phase: WorkflowPhase): number | undefined {
  const strategy = state.spec.spec.ttlStrategy;
  const ofResult = phase === "Succeeded" ? strategy?.secondsAfterSuccess : strategy?.secondsAfterFailure;
  const chosen: IntOrString | undefined = ofResult ?? strategy?.secondsAfterCompletion;
  const seconds = Number(chosen ?? "");
  return chosen !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}
