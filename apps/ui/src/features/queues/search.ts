/** Which pool's queue is looked into, as the page's address keeps it. */
export interface QueueSearch {
  readonly pool?: string;
}

export function readQueueSearch({ pool }: { readonly [name: string]: unknown }): QueueSearch {
  return typeof pool === "string" && pool !== "" ? { pool } : {};
}
