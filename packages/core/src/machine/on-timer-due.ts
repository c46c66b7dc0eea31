import { parseDurationMs } from "../duration.ts";
import { isTerminal } from "../graph/phases.ts";
import type { Template } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import type { Handler } from "./handler.ts";
import { withdraw } from "./leaf.ts";
import { prepareAgain } from "./rebuild-frames.ts";
import { recordOutcome } from "./record-outcome.ts";
import { isEnded } from "./root-frame.ts";
import { failActiveLeaves, wakeFrames } from "./stop-nodes.ts";
import { endSuspend, withSuppliedDefaults } from "./suspended-nodes.ts";
import { parseNodeTimer, retentionTimer, timeoutMessage, workflowDeadlineTimer } from "./timers.ts";
import type { Turn } from "./turn.ts";
import { workflowDeadlineMs } from "./workflow-deadline.ts";

const notDue = "timer is not due any more";

export const onTimerDue: Handler<"timer-due"> = (turn, { timerId }) => {
  if (timerId === workflowDeadlineTimer) return onWorkflowDeadline(turn);
  if (timerId === retentionTimer) return onRetentionEnd(turn);
  const timer = parseNodeTimer(timerId);
  const node = turn.state.nodes.get(timer?.nodeId ?? "");
  if (timer === undefined || node === undefined) return "timer of a node that does not exist";
  if (isTerminal(node.phase)) return "node already finished";
  switch (timer.kind) {
    case "suspend":
      return onSuspendEnd(turn, node);
    case "timeout":
    case "pending-timeout":
      return onTimeout(turn, node, timer.kind === "timeout" ? "timeout" : "pendingTimeout");
    case "backoff":
      // Without its message the node's frame sets the timer again, should this one have been early.
      turn.replaceNode(withoutMessage(node));
      turn.wake(node.id);
      return undefined;
    default:
      return "unknown timer";
  }
};

function onWorkflowDeadline(turn: Turn): string | undefined {
  const { state } = turn;
  const deadline = workflowDeadlineMs(state);
  if (isEnded(state.header.phase) || deadline === undefined || turn.nowMs < deadline) return notDue;
  const message = "Step exceeded its deadline";
  failActiveLeaves(
    turn,
    (node) => node.links?.exit === true,
    () => message,
  );
  wakeFrames(turn);
  return undefined;
}

function onRetentionEnd(turn: Turn): string | undefined {
  if (!isEnded(turn.state.header.phase)) return notDue;
  turn.deleted = true;
  return undefined;
}

function onSuspendEnd(turn: Turn, node: NodeStatus): string | undefined {
  const duration = parseDurationMs(String(prepareAgain(turn, node)?.template.suspend?.duration ?? ""));
  if (node.type !== "Suspend" || !duration.ok) return notDue;
  if (turn.nowMs < (node.startedAtMs ?? 0) + duration.value) return notDue;
  const outputs = withSuppliedDefaults(node.outputs);
  if (outputs.ok) endSuspend(turn, node, "Succeeded", "", outputs.value);
  else turn.markCallError(node.id, outputs.error);
  return undefined;
}

function onTimeout(turn: Turn, node: NodeStatus, field: "timeout" | "pendingTimeout"): string | undefined {
  const template = prepareAgain(turn, node)?.template;
  const limit = parseDurationMs(template?.[field] ?? "");
  if (!limit.ok || turn.nowMs < (node.startedAtMs ?? 0) + limit.value) return notDue;
  if (node.phase === "Pending") {
    failTask(turn, node, template, timeoutMessage);
    return undefined;
  }
  if (field === "pendingTimeout" || node.daemoned === true) return notDue;
  const message = "Pod was active on the node longer than the specified deadline";
  failTask(turn, node, template, message);
  return undefined;
}

/** The machine ends the task itself: its agent's report will come too late to be written down. */
function failTask(turn: Turn, node: NodeStatus, template: Template | undefined, message: string): void {
  withdraw(turn, node, template, message);
  turn.markPhase(node.id, "Failed", message);
  recordOutcome(turn, node, template, {
    ...{ phase: "Failed", message, finishedAtMs: turn.nowMs },
    startedAtMs: node.runStartedAtMs ?? turn.nowMs,
    ...(node.hostNodeName !== undefined && { hostNodeName: node.hostNodeName }),
  });
}

function withoutMessage(node: NodeStatus): NodeStatus {
  const { message: _message, ...rest } = node;
  return rest;
}
