import type { DueTimer, InboxEntry, WorkflowEvent } from "@capstan/core";

/** Something that happened to a workflow of the shard: an inbox entry, or a timer that is due. */
export interface ShardEvent {
  /** Names the event for as long as it is not committed. */
  readonly key: string;
  readonly uid: string;
  readonly event: WorkflowEvent;
  readonly inboxId?: string;
  readonly timer?: DueTimer;
}

export function eventOfEntry(entry: InboxEntry): ShardEvent {
  return { key: entry.id, uid: entry.workflowUid, event: entry.event, inboxId: entry.id };
}

export function eventOfTimer(timer: DueTimer): ShardEvent {
  const { workflowUid, timerId, dueAtMs } = timer;
  return {
    key: `timer ${workflowUid} ${timerId} ${dueAtMs}`,
    uid: workflowUid,
    event: { type: "timer-due", timerId },
    timer,
  };
}
