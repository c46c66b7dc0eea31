import { compareInboxIds, type NodeStatus, type StoredWorkflow, shardOf } from "@capstan/core";
import { ApiError } from "./api-error.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { HttpDependencies } from "./dependencies.ts";
import { limits } from "./limits.ts";

/** Where a workflow is. */
export interface WorkflowPlace {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly shard: number;
}

export type WorkflowHead = Omit<StoredWorkflow, "nodes">;

export interface FoundWorkflow {
  readonly place: WorkflowPlace;
  readonly stored: StoredWorkflow;
}

/** Finds workflows by name, and waits where the owner of a shard has yet to carry out what it accepted. */
export class WorkflowLookup {
  readonly #dependencies: HttpDependencies;
  readonly #feed: ChangeFeed;

  constructor(dependencies: HttpDependencies, feed: ChangeFeed) {
    this.#dependencies = dependencies;
    this.#feed = feed;
  }

  shardOf(namespace: string, name: string): number {
    return shardOf(namespace, name, this.#dependencies.shardCount);
  }

  /** The place of a workflow; "@latest" is the one submitted last. Throws NotFound. */
  async locate(namespace: string, name: string): Promise<WorkflowPlace> {
    if (name === "@latest") return this.#locateLatest(namespace);
    const shard = this.shardOf(namespace, name);
    const uid = await this.#dependencies.inbox.findUid(shard, namespace, name);
    if (uid === undefined) throw notFound({ namespace, name });
    return { namespace, name, uid, shard };
  }

  /** The workflow itself; one that was accepted a moment ago is waited for. */
  async find(namespace: string, name: string): Promise<FoundWorkflow> {
    const place = await this.locate(namespace, name);
    const { reader } = this.#dependencies;
    return { place, stored: await this.#committed(place, () => reader.get(place.shard, place.uid)) };
  }

  /** The same without its nodes, whose number costs nothing then. */
  async findHead(
    namespace: string,
    name: string,
  ): Promise<{ readonly place: WorkflowPlace; readonly head: WorkflowHead }> {
    const place = await this.locate(namespace, name);
    const { reader } = this.#dependencies;
    return { place, head: await this.#committed(place, () => reader.getHead(place.shard, place.uid)) };
  }

  /** One of its nodes, without a look at the others. */
  async findNode({
    namespace,
    name,
    id,
  }: {
    readonly namespace: string;
    readonly name: string;
    readonly id: string;
  }): Promise<{
    readonly place: WorkflowPlace;
    readonly head: WorkflowHead;
    readonly node: NodeStatus;
  }> {
    const { place, head } = await this.findHead(namespace, name);
    const [node] = await this.#dependencies.reader.getNodes(place.shard, place.uid, [id]);
    if (node === undefined) throw new ApiError("NotFound", `workflow "${name}" has no node ${JSON.stringify(id)}`);
    return { place, head, node };
  }

  async #committed<T>(place: WorkflowPlace, read: () => Promise<T | undefined>): Promise<T> {
    const { namespace } = place;
    const stored = await this.#waitFor(place, read);
    if (stored !== undefined) return stored;
    const uid = await this.#dependencies.inbox.findUid(place.shard, namespace, place.name);
    if (uid !== place.uid) throw notFound(place);
    throw new ApiError(
      "Unavailable",
      `workflow "${place.name}" is accepted, but no coordinator has taken it up yet: try again`,
    );
  }

  /** Resolves when the inbox entry is committed: true; false when that takes too long (it is not lost, only late). */
  async settle(place: WorkflowPlace, inboxId: string): Promise<boolean> {
    const settled = await this.#waitFor(place, async () => {
      const watermark = (await this.#dependencies.inbox.watermarks([place.shard])).get(place.shard) ?? "";
      return compareInboxIds(watermark, inboxId) >= 0 ? true : undefined;
    });
    return settled ?? false;
  }

  async #waitFor<T>(place: WorkflowPlace, look: () => Promise<T | undefined>): Promise<T | undefined> {
    const { clock } = this.#dependencies;
    const immediately = await look();
    if (immediately !== undefined) return immediately;
    const giveUpAtMs = clock.nowMs() + limits.settleWaitMs;
    const { wakeup, stop } = this.#feed.watchWorkflow(place.uid);
    try {
      // An event that changes nothing is committed without a notice, hence the poll.
      for (let pollMs = 2; clock.nowMs() < giveUpAtMs; pollMs = Math.min(pollMs * 2, limits.settlePollMs)) {
        const found = await look();
        if (found !== undefined) return found;
        await wakeup.wait(clock, pollMs, new AbortController().signal);
      }
    } finally {
      stop();
    }
    return look();
  }

  async #locateLatest(namespace: string): Promise<WorkflowPlace> {
    const page = await this.#dependencies.reader.list({ namespace, limit: 1 });
    const latest = page.items[0];
    if (latest === undefined) throw new ApiError("NotFound", `no workflows found in namespace "${namespace}"`);
    return { namespace, name: latest.name, uid: latest.uid, shard: latest.shard };
  }
}

/** The error for a workflow that is not there, or not any more. */
export function notFound({ namespace, name }: Pick<WorkflowPlace, "namespace" | "name">): ApiError {
  return new ApiError("NotFound", `workflows.argoproj.io "${name}" not found in namespace "${namespace}"`);
}
