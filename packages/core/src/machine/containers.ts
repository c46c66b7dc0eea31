import { isTerminal } from "../graph/phases.ts";
import type { Template } from "../spec/template.ts";
import type { NodePhase, NodeStatus } from "../status.ts";
import type { Turn } from "./turn.ts";

/** Creates the nodes of a container set's containers below its Pod's node, linked as the containers wait for each other. */
export function createContainers(turn: Turn, pod: NodeStatus, template: Template): void {
  for (const { name = "", dependencies = [] } of template.containerSet?.containers ?? []) {
    turn.createNode({
      name: `${pod.name}.${name}`,
      type: "Container",
      phase: "Pending",
      boundaryId: pod.id,
      links: {
        owner: pod.id,
        ...(dependencies.length === 0
          ? { parent: pod.id }
          : { parents: dependencies.map((dependency) => turn.state.nodeId(`${pod.name}.${dependency}`)) }),
      },
      details: {
        progress: "0/1",
        ...(pod.templateName !== undefined && { templateName: pod.templateName }),
        ...(pod.templateRef !== undefined && { templateRef: pod.templateRef }),
        ...(pod.templateScope !== undefined && { templateScope: pod.templateScope }),
        ...(pod.nodeFlag !== undefined && { nodeFlag: pod.nodeFlag }),
      },
    });
  }
}

/** Gives the containers of a Pod its phase, those that have ended excepted: agents report Pods, not containers. */
export function markContainers(
  turn: Turn,
  pod: NodeStatus,
  template: Template,
  phase: NodePhase,
  message?: string,
): void {
  for (const { name = "" } of template.containerSet?.containers ?? []) {
    const container = turn.state.nodeNamed(`${pod.name}.${name}`);
    if (container !== undefined && !isTerminal(container.phase)) turn.markPhase(container.id, phase, message);
  }
}
