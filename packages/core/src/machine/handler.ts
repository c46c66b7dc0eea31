import type { WorkflowEvent } from "./event.ts";
import type { Turn } from "./turn.ts";

export type EventType = WorkflowEvent["type"];
export type EventOf<T extends EventType> = Extract<WorkflowEvent, { readonly type: T }>;

/** Takes an event up in the turn; returns why nothing was done, where nothing was. */
export type Handler<T extends EventType> = (turn: Turn, event: EventOf<T>) => string | undefined;
