import type { Clock, JsonObject } from "@capstan/core";
import {
  fitsNode,
  isNodeReady,
  type KubeClient,
  type KubeNode,
  type NodeUse,
  noUse,
  type Pod,
  podPath,
  useOfPod,
  withUse,
} from "@capstan/kubernetes";
import type { Logger } from "../../logger.ts";

export interface NodeViewOptions {
  readonly client: KubeClient;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Is this one of the agent's own Pods, of which `see` tells? */
  readonly isOwn: (pod: Pod) => boolean;
}

const refreshMs = 30_000;
const podsMaxDefault = 110;

/**
 * What is free on the agent's node: what it may allocate less what the Pods there ask for. Others' Pods are counted anew from time to time,
 * our own at every change. It is an estimate: the kubelet has the last word, and a Pod that it refuses is handed back.
 */
export class NodeView {
  readonly #options: NodeViewOptions;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #uses = new Map<string, NodeUse>();
  #node: KubeNode | undefined;
  #others: NodeUse = noUse;
  #own: NodeUse = noUse;

  constructor(options: NodeViewOptions) {
    this.#options = options;
  }

  /** Reads the node and its Pods once, then keeps doing so. Throws when it cannot. */
  async start(): Promise<void> {
    await this.#refresh();
    void this.#run();
  }

  stop(): void {
    this.#stop.abort();
  }

  /** One of the agent's own Pods as it is now; undefined when it is gone. */
  see(key: string, pod: Pod | undefined): void {
    const before = this.#uses.get(key) ?? noUse;
    const isHere = pod !== undefined && pod.spec?.nodeName === this.#options.nodeName;
    const use = isHere ? useOfPod(pod) : noUse;
    if (use.pods === 0) this.#uses.delete(key);
    else this.#uses.set(key, use);
    if (use.pods === 0 && before.pods === 0) return;
    this.#own = withUse(withUse(this.#own, before, -1), use);
    if (use.pods !== before.pods) this.#changed();
  }

  /** Does a Pod with this spec fit here now? Otherwise the cluster's scheduler finds its place. */
  fits(spec: JsonObject): boolean {
    return this.#node !== undefined && fitsNode(spec, this.#node, withUse(this.#others, this.#own));
  }

  /** How many Pods of ours may run here at once, those that do included. */
  current(): number {
    if (this.#node === undefined || this.#node.spec?.unschedulable === true || !isNodeReady(this.#node))
      return this.#own.pods;
    const podsMax = Number(this.#node.status?.allocatable?.["pods"] ?? podsMaxDefault);
    return Math.max(this.#own.pods, podsMax - this.#others.pods);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#options;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(refreshMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      await this.#refresh().catch((error: unknown) =>
        logger.warn({ error: String(error) }, "the node's room could not be read, the last view stays"),
      );
    }
  }

  async #refresh(): Promise<void> {
    const { client, nodeName, isOwn } = this.#options;
    // Version 0: from the API server's cache, which costs it nothing.
    const [node, list] = await Promise.all([
      client.get<KubeNode>(`/api/v1/nodes/${encodeURIComponent(nodeName)}`, { resourceVersion: "0" }),
      client.get<{ readonly items: readonly Pod[] }>(podPath(), {
        fieldSelector: `spec.nodeName=${nodeName}`,
        resourceVersion: "0",
      }),
    ]);
    this.#others = list.items.filter((pod) => !isOwn(pod)).reduce((total, pod) => withUse(total, useOfPod(pod)), noUse);
    this.#node = node;
    this.#changed();
  }
}
