import { stepGroupName, stepName } from "../graph/node-names.ts";
import type { WorkflowStep } from "../spec/template.ts";
import { isLoop } from "../template/expand-items.ts";
import type { NodeDirectory, ReferencedNode } from "../template/node-variables.ts";
import type { FramePlace } from "./frame-place.ts";
import { reportingNode } from "./reporting-node.ts";
import type { MachineState } from "./state.ts";

/** The steps of the groups that are over, found by name when something refers to them. */
export class StepsDirectory implements NodeDirectory {
  readonly #state: MachineState;
  readonly #place: FramePlace;
  readonly #currentGroup: () => number;
  readonly #steps = new Map<string, { readonly step: WorkflowStep; readonly group: number }>();

  constructor(
    state: MachineState,
    place: FramePlace,
    groups: readonly (readonly WorkflowStep[])[],
    currentGroup: () => number,
  ) {
    this.#state = state;
    this.#place = place;
    this.#currentGroup = currentGroup;
    groups.forEach((steps, group) => {
      for (const step of steps) this.#steps.set(step.name, { step, group });
    });
  }

  find(name: string): ReferencedNode | undefined {
    const found = this.#steps.get(name);
    if (found === undefined || found.group >= this.#currentGroup()) return undefined;
    const { step, group } = found;
    const groupName = stepGroupName(this.#place.node.name, group);
    const node = this.#state.nodeNamed(stepName(groupName, name));
    if (node !== undefined) return this.#reference(step, node);
    const groupNode = this.#state.nodeNamed(groupName);
    if (groupNode === undefined || !isLoop(step)) return undefined;
    // A loop's steps that were skipped bring nothing; when all were, the loop has no outputs at all.
    const items = this.#state.nodesOfLoop(groupNode.id, name).filter((item) => item.type !== "Skipped");
    return { node: groupNode, ...(items.length > 0 && { calls: () => items }) };
  }

  *names(): Iterable<string> {
    for (const [name, { group }] of this.#steps) if (group < this.#currentGroup()) yield name;
  }

  #reference(step: WorkflowStep, node: ReferencedNode["node"]): ReferencedNode {
    const isOwing = node.phase === "Skipped" || node.phase === "Omitted";
    const template = isOwing ? this.#state.library.find(step, this.#place.scope) : undefined;
    return {
      node: reportingNode(this.#state, node),
      ...(template?.ok === true && { declaredOutputs: template.value.template.outputs }),
    };
  }
}
