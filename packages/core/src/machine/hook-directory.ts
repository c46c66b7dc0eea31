import type { TemplateCall } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import type { NodeDirectory } from "../template/node-variables.ts";
import { reportingNode } from "./reporting-node.ts";
import type { MachineState } from "./state.ts";

/** What a hook sees: what its step saw, and the step itself, by its name and by what the node is shown as. */
export function hookDirectory(
  state: MachineState,
  others: NodeDirectory,
  call: TemplateCall,
  node: NodeStatus,
): NodeDirectory {
  const isOwn = (name: string) => name === call.name || name === node.displayName;
  return {
    // The status is that of the step as a whole; its outputs are those of the last attempt.
    find: (name) => (isOwn(name) ? { node: { ...reportingNode(state, node), phase: node.phase } } : others.find(name)),
    *names() {
      yield* others.names();
      yield call.name;
    },
  };
}
