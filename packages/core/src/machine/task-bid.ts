import type { Template } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import type { Bid } from "../task.ts";
import type { MachineState } from "./state.ts";

/** The bid of a node's task. */
export function computeBid(state: MachineState, _node: NodeStatus, _template: Template): Bid {
  const { k, thetaSeconds, secondsPerPriority } = state.policy.bid;
  const submittedAtSeconds = state.submittedAtMs / 1_000;
  const userPrioritySeconds = (state.spec.spec.priority ?? 0) * secondsPerPriority;
  return {
    keySeconds: submittedAtSeconds + thetaSeconds - userPrioritySeconds,
    submittedAtSeconds,
    thetaSeconds,
    k,
    criticalPathSeconds: 0,
    remainingWorkTermSeconds: 0,
    userPrioritySeconds,
  };
}
