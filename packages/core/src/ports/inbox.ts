import type { WorkflowEvent } from "../machine/event.ts";
import type { WorkflowBundle } from "../spec/workflow.ts";

export type SubmitResult =
  | { readonly accepted: true; readonly inboxId: string }
  /** The name is taken; the uid is the holder's. The same uid means that this very submit came before: it counts as accepted. */
  | { readonly accepted: false; readonly existingUid: string };

/** The way into a shard for everybody: API, agents, coordinators. */
export interface Inbox {
  /** Reserves the workflow's name and appends `workflow-submitted` in one atomic step. The bundle's metadata has name, namespace and uid. */
  submit(shard: number, bundle: WorkflowBundle): Promise<SubmitResult>;
  /** Appends events in order; returns their ids. Answered means durable (within the AOF policy). */
  append(
    shard: number,
    events: readonly { readonly workflowUid: string; readonly event: WorkflowEvent }[],
  ): Promise<readonly string[]>;
  /** The uid that holds a name in the shard. */
  findUid(shard: number, namespace: string, name: string): Promise<string | undefined>;
  /** Watermarks of shards: the last inbox id committed of each ("" when none). Reports with ids up to it need no repeating. */
  watermarks(shards: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /**
   * Grows whenever the connection to the store was lost and found again. The store may have forgotten its last second then, while
   * the watermark moves past ids that it forgot: a report appended before such a change and not yet seen committed is to be repeated.
   */
  incarnation(): number;
}

/** Orders inbox ids (`<ms>-<sequence>`, "" before all). */
export function compareInboxIds(left: string, right: string): number {
  const [leftMs, leftSequence] = splitInboxId(left);
  const [rightMs, rightSequence] = splitInboxId(right);
  return leftMs === rightMs ? leftSequence - rightSequence : leftMs - rightMs;
}

/** When an entry came into a stream, Unix ms by the store's clock: the first part of its id. */
export function timeOfInboxId(id: string): number {
  return splitInboxId(id)[0];
}

function splitInboxId(id: string): readonly [number, number] {
  const dash = id.indexOf("-");
  if (dash < 0) return [id === "" ? -1 : Number(id), 0];
  return [Number(id.slice(0, dash)), Number(id.slice(dash + 1))];
}
