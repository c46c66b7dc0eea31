import { attemptName } from "../graph/node-names.ts";
import type { NodeStatus } from "../status.ts";
import type { MachineState } from "./state.ts";

/** The node whose details a reference to a step shows: the last attempt where the step is retried. */
export function reportingNode(state: MachineState, node: NodeStatus): NodeStatus {
  if (node.type !== "Retry") return node;
  return attemptsOf(state, node).at(-1) ?? node;
}

/** The attempts of a Retry node, in their order. */
export function attemptsOf(state: MachineState, retry: NodeStatus): readonly NodeStatus[] {
  const attempts: NodeStatus[] = [];
  for (;;) {
    const found = state.nodeNamed(attemptName(retry.name, attempts.length));
    if (found === undefined) return attempts;
    attempts.push(found);
  }
}
