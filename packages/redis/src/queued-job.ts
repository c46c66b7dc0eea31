import type { QueuedTask, Task } from "@capstan/core";
import { decodeTask } from "@capstan/protocol";

/** The fields of BullMQ's job hash that people are shown; what else is in it may be large. */
export const jobFields = ["data", "timestamp", "ats", "failedReason", "progress"] as const;

/** BullMQ's score of a delayed job is the time, shifted to make room for a count. */
const delayedScoreShift = 4_096;

/** When a job whose score in BullMQ's delayed set this is comes back. */
export function awayUntilMs(score: string): number {
  return Math.floor(Number(score) / delayedScoreShift);
}

/** A job as read by `jobFields`; undefined when there is none. */
export function queuedTask(
  [data, timestamp, deliveries, failedReason, progress]: readonly (string | null)[],
  where: Pick<QueuedTask, "taskId" | "pool" | "place" | "rank" | "awayUntilMs">,
): QueuedTask | undefined {
  if (data === null || data === undefined) return undefined;
  const task = taskOfJob(parsed(data));
  const lastError = refusalOf(progress) ?? (failedReason || undefined);
  return {
    ...where,
    ...(task !== undefined && { task }),
    readySinceMs: Number(timestamp ?? 0),
    deliveries: Number(deliveries ?? 0),
    ...(lastError !== undefined && { lastError }),
  };
}

/** The task in a job's data; undefined when a newer Capstan wrote it, or something else. */
export function taskOfJob(data: unknown): Task | undefined {
  const decoded = decodeTask(data);
  return decoded.ok ? decoded.value : undefined;
}

function refusalOf(progress: string | null | undefined): string | undefined {
  const said = parsed(progress ?? "null");
  if (typeof said !== "object" || said === null || !("refused" in said)) return undefined;
  return typeof said.refused === "string" ? said.refused : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
