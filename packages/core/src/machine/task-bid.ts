import { makeBid } from "../bid/bid.ts";
import type { NodeStatus } from "../status.ts";
import type { Bid } from "../task.ts";
import { referenceOf } from "./node-template.ts";
import type { MachineState } from "./state.ts";

/** The bid of a node's task: what lies ahead of it is its own work and, in each template around it, what follows its step there. */
export function taskBid(state: MachineState, node: NodeStatus): Bid {
  let criticalPathSeconds = 0;
  let remainingWorkSeconds = 0;
  const own = state.library.find(referenceOf(state, node), scopeOf(state, node));
  if (own.ok) {
    const estimate = state.estimates.of(own.value.template, own.value.scope);
    criticalPathSeconds += estimate.pathSeconds;
    remainingWorkSeconds += estimate.workSeconds;
  }
  for (
    let inner = node, outer = boundaryOf(state, inner);
    outer !== undefined;
    inner = outer, outer = boundaryOf(state, inner)
  ) {
    const template = state.library.find(referenceOf(state, outer), scopeOf(state, outer));
    const slot = slotOf(state, inner);
    if (!template.ok || slot === undefined) continue;
    const estimate = state.estimates.after(template.value.template, template.value.scope, slot);
    criticalPathSeconds += estimate.pathSeconds;
    remainingWorkSeconds += estimate.workSeconds;
  }
  return makeBid({
    submittedAtMs: state.submittedAtMs,
    userPriority: state.spec.spec.priority ?? 0,
    ahead: { criticalPathSeconds, remainingWorkSeconds },
    policy: state.policy.bid,
  });
}

function scopeOf(state: MachineState, node: NodeStatus): string {
  return node.templateScope ?? state.library.localScope;
}

function boundaryOf(state: MachineState, node: NodeStatus): NodeStatus | undefined {
  return node.boundaryID === undefined ? undefined : state.nodes.get(node.boundaryID);
}

/** The step or task that a node runs; that of an attempt is known to the node that retries. */
function slotOf(state: MachineState, node: NodeStatus): string | undefined {
  return node.links?.slot ?? state.nodes.get(node.links?.owner ?? "")?.links?.slot;
}
