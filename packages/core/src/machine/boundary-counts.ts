import { isFailedOrError } from "../graph/phases.ts";
import type { NodeStatus } from "../status.ts";

/** How many nodes of one steps or DAG node are active or failed, counted as Argo counts them for parallelism and failFast. */
export interface BoundaryCount {
  activePods: number;
  activeChildren: number;
  unsuccessful: number;
  unsuccessfulPods: number;
}

const none: Readonly<BoundaryCount> = { activePods: 0, activeChildren: 0, unsuccessful: 0, unsuccessfulPods: 0 };

/** Counts of the whole workflow and of each boundary, kept by differences so that no event scans siblings. */
export class BoundaryCounts {
  /** Pods that wait or run, daemons included: what `spec.parallelism` limits. */
  activePods = 0;
  readonly #boundaries = new Map<string, BoundaryCount>();

  of(boundaryId: string): Readonly<BoundaryCount> {
    return this.#boundaries.get(boundaryId) ?? none;
  }

  /** Takes a node's change into account; undefined stands for a node that does not exist before or after. */
  change(before: NodeStatus | undefined, after: NodeStatus | undefined): void {
    if (before !== undefined) this.#add(before, -1);
    if (after !== undefined) this.#add(after, 1);
  }

  #add(node: NodeStatus, sign: 1 | -1): void {
    const isPod = node.type === "Pod";
    const isActive = node.phase === "Pending" || node.phase === "Running";
    if (isActive && isPod) this.activePods += sign;
    if (node.boundaryID === undefined) return;
    if (!isActive) {
      if (isFailedOrError(node.phase)) this.#addUnsuccessful(node, node.boundaryID, isPod, sign);
      return;
    }
    if (!isPod && node.type !== "Steps" && node.type !== "DAG") return;
    const count = this.#countOf(node.boundaryID);
    count.activeChildren += sign;
    if (isPod) count.activePods += sign;
  }

  // A failed attempt is not a failure yet: what counts is the node that retries. Argo counts attempts, so that with failFast
  // nothing is ever retried.
  #addUnsuccessful(node: NodeStatus, boundaryId: string, isPod: boolean, sign: 1 | -1): void {
    const isRetry = node.type === "Retry";
    if (!isPod && node.type !== "Steps" && node.type !== "DAG" && !isRetry) return;
    if (!isRetry && node.nodeFlag?.retried === true) return;
    const count = this.#countOf(boundaryId);
    count.unsuccessful += sign;
    if (isPod) count.unsuccessfulPods += sign;
  }

  #countOf(boundaryId: string): BoundaryCount {
    let count = this.#boundaries.get(boundaryId);
    if (count === undefined) {
      count = { ...none };
      this.#boundaries.set(boundaryId, count);
    }
    return count;
  }
}
