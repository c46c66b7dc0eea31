import { compareInboxIds, type WorkflowHeader } from "@capstan/core";
import { controlsIn, type ProjectedControls, sameControls, type WorkflowObject } from "./workflow-object.ts";

interface Wish {
  readonly wanted: ProjectedControls;
  readonly untilMs: number;
  /** The first version of the workflow that showed it. */
  shownSince: string | undefined;
}

/** What the spec stood for when it was looked at last, and whether the workflow is still on its way there. */
export interface ActedOn {
  readonly last: ProjectedControls | undefined;
  readonly isActing: boolean;
}

/** A wish that the workflow never shows (it ended meanwhile) is let go after so long. */
const wishMsMax = 30_000;

/**
 * What people asked of running workflows by changing their objects, from when it is sent until the object's own status tells of it. Until
 * then that status is older than what was acted on: who compared the spec with it would act twice, or miss that a wish was taken back.
 */
export class Wishes {
  readonly #wishes = new Map<string, Wish>();

  add(uid: string, wanted: ProjectedControls, nowMs: number): void {
    this.#wishes.set(uid, { wanted, untilMs: nowMs + wishMsMax, shownSince: undefined });
  }

  forget(uid: string): void {
    this.#wishes.delete(uid);
  }

  /** What the spec said when it was acted on last. */
  lastOf(object: WorkflowObject, nowMs: number): ProjectedControls | undefined {
    return this.#open(object, nowMs)?.wanted ?? object.status?.capstan;
  }

  /** The same for who is about to write the status of this version of the workflow. */
  actedOn(object: WorkflowObject, header: WorkflowHeader, version: string, nowMs: number): ActedOn {
    const wish = this.#open(object, nowMs);
    if (wish === undefined) return { last: object.status?.capstan, isActing: false };
    if (sameControls(wish.wanted, controlsIn(header))) wish.shownSince ??= version;
    return { last: wish.wanted, isActing: wish.shownSince === undefined };
  }

  /** The object's wish, unless that is over. */
  #open(object: WorkflowObject, nowMs: number): Wish | undefined {
    const { uid = "" } = object.metadata;
    const wish = this.#wishes.get(uid);
    if (wish === undefined) return undefined;
    const { shownSince, untilMs } = wish;
    const noted = object.status?.capstan?.version ?? "";
    const isOver = shownSince === undefined ? nowMs > untilMs : compareInboxIds(noted, shownSince) >= 0;
    if (!isOver) return wish;
    this.#wishes.delete(uid);
    return undefined;
  }
}
