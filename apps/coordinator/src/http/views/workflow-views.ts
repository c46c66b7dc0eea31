import { WorkflowView } from "@capstan/core";
import type { HttpDependencies } from "../dependencies.ts";
import { limits } from "../limits.ts";
import { notFound, type WorkflowPlace } from "../workflow-lookup.ts";

/**
 * The workflows that somebody looks at, in memory: read once, then followed by their change logs whenever they are asked for, so that a look costs what
 * changed since the last one. The ones looked at longest ago go when there are too many nodes.
 */
export class WorkflowViews {
  readonly #reader: HttpDependencies["reader"];
  /** In order of use, the latest last. */
  readonly #kept = new Map<string, FollowedView>();

  constructor({ reader }: HttpDependencies) {
    this.#reader = reader;
  }

  /** The workflow as it is committed now. Throws NotFound when it is gone. */
  async current(place: WorkflowPlace): Promise<WorkflowView> {
    const followed = this.#kept.get(place.uid) ?? new FollowedView(this.#reader, place);
    this.#kept.delete(place.uid);
    this.#kept.set(place.uid, followed);
    try {
      const view = await followed.catchUp();
      this.#makeRoom();
      return view;
    } catch (error) {
      if (this.#kept.get(place.uid) === followed) this.#kept.delete(place.uid);
      throw error;
    }
  }

  /** It has been read, so that a look costs only what changed since the last one. */
  isAtHand({ uid }: WorkflowPlace): boolean {
    return (this.#kept.get(uid)?.nodeCount ?? 0) > 0;
  }

  /** Nodes in memory. */
  get nodeCount(): number {
    let count = 0;
    for (const followed of this.#kept.values()) count += followed.nodeCount;
    return count;
  }

  #makeRoom(): void {
    let excess = this.nodeCount - limits.viewedNodesMax;
    for (const [uid, followed] of this.#kept) {
      if ((excess <= 0 && this.#kept.size <= limits.viewedWorkflowsMax) || this.#kept.size === 1) return;
      excess -= followed.nodeCount;
      this.#kept.delete(uid);
    }
  }
}

class FollowedView {
  readonly #reader: HttpDependencies["reader"];
  readonly #place: WorkflowPlace;
  #view: WorkflowView | undefined;
  #lastId = "";
  #catchingUp: Promise<WorkflowView> | undefined;
  #next: Promise<WorkflowView> | undefined;

  constructor(reader: HttpDependencies["reader"], place: WorkflowPlace) {
    this.#reader = reader;
    this.#place = place;
  }

  get nodeCount(): number {
    return this.#view?.nodeCount ?? 0;
  }

  /** Viewers share readings, but none that began before they asked: what they were told of may have been committed meanwhile. */
  catchUp(): Promise<WorkflowView> {
    if (this.#catchingUp === undefined) return this.#begin();
    this.#next ??= this.#catchingUp
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#begin();
      });
    return this.#next;
  }

  #begin(): Promise<WorkflowView> {
    const reading = this.#readOn().finally(() => {
      if (this.#catchingUp === reading) this.#catchingUp = undefined;
    });
    this.#catchingUp = reading;
    return reading;
  }

  async #readOn(): Promise<WorkflowView> {
    const { shard, uid } = this.#place;
    let view = this.#view ?? (await this.#readWhole());
    for (;;) {
      const page = await this.#reader.readChanges(shard, uid, this.#lastId, limits.changesPerRead);
      if (page.missed) {
        view = await this.#readWhole();
        continue;
      }
      for (const change of page.changes) {
        if (change.deleted) throw notFound(this.#place);
        view.apply(change);
        this.#lastId = change.id;
      }
      if (page.changes.length < limits.changesPerRead) return view;
    }
  }

  async #readWhole(): Promise<WorkflowView> {
    const { shard, uid } = this.#place;
    // The id first: changes between the two are then taken twice rather than never.
    this.#lastId = await this.#reader.lastChangeId(shard, uid);
    const head = await this.#reader.getHead(shard, uid);
    if (head === undefined) throw notFound(this.#place);
    const view = new WorkflowView(head.header);
    for await (const page of this.#reader.scanNodes(shard, uid)) view.gather(page);
    view.settle();
    this.#view = view;
    return view;
  }
}
