import type { DagPlan } from "../graph/dag-plan.ts";
import { isCompleted, isFailedOrError } from "../graph/phases.ts";
import type { NodePhase, NodeStatus } from "../status.ts";

/**
 * How a DAG stands when none of its nodes runs: the phase of the first target that failed, Running while a target has no
 * node. A target that was skipped or omitted takes the phase of what came before it.
 */
export function assessDag(
  plan: DagPlan,
  failFast: boolean,
  nodeOf: (index: number) => NodeStatus | undefined,
): NodePhase {
  const branches = new BranchPhases(plan, nodeOf);
  let result: NodePhase = "Succeeded";
  for (const index of plan.targets) {
    const phase = branches.of(index);
    if (phase === undefined) {
      result = "Running";
      if (!failFast) return result;
      continue;
    }
    const { continueOn } = plan.tasks[index]?.task ?? {};
    if (!isFailedOrError(phase)) continue;
    if (phase === "Error" ? continueOn?.error === true : continueOn?.failed === true) continue;
    result = phase;
    if (failFast) return result;
  }
  return result;
}

class BranchPhases {
  readonly #plan: DagPlan;
  readonly #nodeOf: (index: number) => NodeStatus | undefined;
  readonly #known = new Map<number, NodePhase>();

  constructor(plan: DagPlan, nodeOf: (index: number) => NodeStatus | undefined) {
    this.#plan = plan;
    this.#nodeOf = nodeOf;
  }

  /** The phase of a task's branch; undefined when the task has no node. Iterative: chains of omitted tasks can be long. */
  of(index: number): NodePhase | undefined {
    const open = [index];
    while (open.length > 0) {
      const current = open.at(-1) ?? index;
      const node = this.#nodeOf(current);
      if (node === undefined && current === index) return undefined;
      const dependencies =
        node === undefined || isCompleted(node.phase) ? [] : (this.#plan.tasks[current]?.dependencies ?? []);
      const unknown = dependencies.filter((dependency) => !this.#known.has(dependency));
      if (unknown.length > 0) {
        open.push(...unknown);
        continue;
      }
      open.pop();
      this.#known.set(current, this.#phaseOf(node, dependencies));
    }
    return this.#known.get(index);
  }

  #phaseOf(node: NodeStatus | undefined, dependencies: readonly number[]): NodePhase {
    if (node !== undefined && isCompleted(node.phase)) return node.phase;
    const phases = dependencies.map((dependency) => this.#known.get(dependency) ?? "Succeeded");
    return phases.find(isFailedOrError) ?? "Succeeded";
  }
}
