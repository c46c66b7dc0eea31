import type { Frame } from "./frame.ts";
import type { MachineState } from "./state.ts";

/** May the workflow start one more thing, by its own parallelism and by the policy's limit? */
export function hasPlace(state: MachineState): boolean {
  const { counts, spec, policy, activeLeaves } = state;
  const { parallelism } = spec.spec;
  if (parallelism !== undefined && counts.activePods >= parallelism) return false;
  return activeLeaves.size < policy.activeTasksMax;
}

/** May the frame start one more of its calls? "idle" when it must wait for its own, "blocked" when for others. */
export function placeFor(state: MachineState, frame: Frame): "free" | "idle" | "blocked" {
  const limit = frame.template?.parallelism;
  if (limit !== undefined && limit > 0 && state.counts.of(frame.nodeId).activeChildren >= limit) return "idle";
  return hasPlace(state) ? "free" : "blocked";
}

export const failFastMessage = "template has failed or errored children and failFast enabled";

/**
 * With the template's failFast: "stop" when it must start nothing more, "fail" when no Pod of its own runs any more. Where only
 * composite children have failed and all have ended, the template ends in its usual way, with what it has.
 */
export function failFastVerdict(state: MachineState, frame: Frame, hasOpen: boolean): "go" | "stop" | "fail" | "end" {
  if (frame.template?.failFast !== true) return "go";
  const count = state.counts.of(frame.nodeId);
  if (count.unsuccessful === 0) return "go";
  if (!hasOpen && count.unsuccessfulPods === 0) return "end";
  return count.activePods === 0 ? "fail" : "stop";
}
