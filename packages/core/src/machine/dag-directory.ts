import { ancestorsOf, type DagPlan, isAncestor } from "../graph/dag-plan.ts";
import { taskName } from "../graph/node-names.ts";
import type { NodeDirectory, ReferencedNode } from "../template/node-variables.ts";
import type { FramePlace } from "./frame-place.ts";
import { reportingNode } from "./reporting-node.ts";
import type { MachineState } from "./state.ts";

/** The tasks that one task may refer to: those that had to end before it. Without a task, all of them: for the DAG's own outputs. */
export class DagDirectory implements NodeDirectory {
  readonly #state: MachineState;
  readonly #place: FramePlace;
  readonly #plan: DagPlan;
  readonly #task: number | undefined;

  constructor(state: MachineState, place: FramePlace, plan: DagPlan, task: number | undefined) {
    this.#state = state;
    this.#place = place;
    this.#plan = plan;
    this.#task = task;
  }

  find(name: string): ReferencedNode | undefined {
    const index = this.#plan.indexOf.get(name);
    if (index === undefined) return undefined;
    if (this.#task !== undefined && !isAncestor(this.#plan, index, this.#task)) return undefined;
    const node = this.#state.nodeNamed(taskName(this.#place.node.name, name));
    if (node === undefined) return undefined;
    if (node.type === "TaskGroup") return { node, calls: () => this.#state.nodesOfLoop(node.id, name) };
    const isOwing = node.phase === "Skipped" || node.phase === "Omitted";
    const call = this.#plan.tasks[index]?.task;
    const template = isOwing && call !== undefined ? this.#state.library.find(call, this.#place.scope) : undefined;
    return {
      node: reportingNode(this.#state, node),
      ...(template?.ok === true && { declaredOutputs: template.value.template.outputs }),
    };
  }

  *names(): Iterable<string> {
    const visible = this.#task === undefined ? this.#plan.indexOf.values() : ancestorsOf(this.#plan, this.#task);
    for (const index of visible) {
      const name = this.#plan.tasks[index]?.task.name;
      if (name !== undefined) yield name;
    }
  }
}
