import type { InboxEntry } from "@capstan/core";
import { decodeEvent } from "@capstan/protocol";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { fieldOf, rangeAfter, type StreamEntry } from "./stream.ts";

const deadLettersMax = 1_000;

/** An inbox holds an event of a newer Capstan. It must not be dropped, so whoever reads has to leave the shard to a newer process. */
export class NewerMessageError extends Error {
  override readonly name = "NewerMessageError";
}

/** The entries of an inbox after an id. What no version could read is put aside in the shard's dead letters and skipped. */
export async function readInboxEntries(
  redis: RedisClient,
  shard: number,
  afterId: string,
  count: number,
): Promise<readonly InboxEntry[]> {
  for (let cursor = afterId; ; ) {
    const read: readonly StreamEntry[] = await redis.xrange(keys.inbox(shard), rangeAfter(cursor), "+", "COUNT", count);
    const entries: InboxEntry[] = [];
    for (const entry of read) {
      const decoded = decodeEvent(fieldOf(entry, "event") ?? "");
      const workflowUid = fieldOf(entry, "uid");
      if (decoded.ok && workflowUid) entries.push({ id: entry[0], workflowUid, event: decoded.value });
      else if (!decoded.ok && decoded.error.code === "newer-version")
        throw new NewerMessageError(decoded.error.message);
      else await putAside(redis, shard, entry, decoded.ok ? "it names no workflow" : decoded.error.message);
    }
    // A page of nothing but unreadable entries must not look like the end of the inbox.
    if (entries.length > 0 || read.length < count) return entries;
    cursor = read.at(-1)?.[0] ?? cursor;
  }
}

async function putAside(redis: RedisClient, shard: number, entry: StreamEntry, why: string): Promise<void> {
  const [id, fields] = entry;
  try {
    await redis.xadd(keys.deadLetters(shard), "MAXLEN", "~", deadLettersMax, id, ...fields, "why", why);
  } catch (error) {
    // The entry keeps its id, so one that was put aside before is refused: it is there already.
    if (!String(error).includes("equal or smaller")) throw error;
  }
}
