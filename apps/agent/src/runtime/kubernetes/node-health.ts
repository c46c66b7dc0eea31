import type { Clock } from "@capstan/core";
import { type KubeClient, KubeError, type KubeNode, nodeLoss } from "@capstan/kubernetes";
import type { Logger } from "../../logger.ts";

export interface NodeHealthOptions {
  readonly client: Pick<KubeClient, "get">;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Answer {
  readonly atMs: number;
  readonly loss: Promise<string | undefined>;
}

/** All Pods of a node that is gone ask at the same time. */
const freshMs = 2_000;

/** Asks the cluster whether nodes still answer: only of those on which a Pod does not end that should have. */
export class NodeHealth {
  readonly #options: NodeHealthOptions;
  readonly #answers = new Map<string, Answer>();

  constructor(options: NodeHealthOptions) {
    this.#options = options;
  }

  /** Why the node counts as gone; undefined while it does not, also where that cannot be told. */
  lossOf(nodeName: string): Promise<string | undefined> {
    const nowMs = this.#options.clock.nowMs();
    for (const [name, { atMs }] of this.#answers) if (nowMs - atMs > freshMs) this.#answers.delete(name);
    const known = this.#answers.get(nodeName);
    if (known !== undefined) return known.loss;
    const loss = this.#ask(nodeName);
    this.#answers.set(nodeName, { atMs: nowMs, loss });
    return loss;
  }

  async #ask(nodeName: string): Promise<string | undefined> {
    const { client, logger } = this.#options;
    try {
      return nodeLoss(nodeName, await client.get<KubeNode>(`/api/v1/nodes/${encodeURIComponent(nodeName)}`));
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return nodeLoss(nodeName, undefined);
      logger.warn({ node: nodeName, error: String(error) }, "a node whose Pods do not end could not be read");
      return undefined;
    }
  }
}
