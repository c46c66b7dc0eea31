import { ExecutedSpec } from "./executed-spec.ts";
import { finishWorkflow, phaseLabels } from "./finish-workflow.ts";
import type { Handler } from "./handler.ts";
import { workflowDeadlineTimer } from "./timers.ts";
import { rootFrameId } from "./turn.ts";
import { workflowDeadlineMs } from "./workflow-deadline.ts";
import { workflowMetadata } from "./workflow-metadata.ts";

export const onWorkflowSubmitted: Handler<"workflow-submitted"> = (turn) => {
  const { state } = turn;
  if (state.header.phase !== "") return "workflow already submitted";
  turn.changeHeader({
    phase: "Running",
    startedAtMs: turn.nowMs,
    labels: { ...state.header.labels, ...phaseLabels("Running") },
    annotations: { ...state.header.annotations, "workflows.argoproj.io/pod-name-format": "v2" },
  });
  const { error } = state.spec;
  if (error !== undefined) {
    finishWorkflow(turn, error.startsWith("failed to set global parameters") ? "Failed" : "Error", error);
    return undefined;
  }
  const metadata = workflowMetadata(state);
  if (!metadata.ok) {
    finishWorkflow(turn, "Error", metadata.error);
    return undefined;
  }
  turn.changeHeader({
    labels: { ...state.header.labels, ...metadata.value.labels },
    annotations: { ...state.header.annotations, ...metadata.value.annotations },
  });
  state.spec = new ExecutedSpec(state.uid, state.bundle, state.header, state.submittedAtMs);
  const deadline = workflowDeadlineMs(state);
  if (deadline !== undefined) turn.setTimer(workflowDeadlineTimer, deadline);
  turn.openFrame(turn.frames.root());
  turn.wake(rootFrameId);
  return undefined;
};
