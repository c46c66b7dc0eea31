import type { Task, WorkflowEvent } from "@capstan/core";

/** What an agent says of a task. */
export type Report = Extract<WorkflowEvent, { type: "task-started" | "task-progressed" | "task-finished" }>;

/** A report on its way: appended when it has an inbox id, confirmed when the shard's watermark has passed that id. */
export interface PendingReport {
  readonly shard: number;
  readonly workflowUid: string;
  readonly taskId: string;
  readonly report: Report;
  /** Rough size in memory, for the limit. */
  readonly bytes: number;
  inboxId?: string;
  /** The inbox's incarnation from before the append. */
  incarnation: number;
  confirmedAtMs?: number;
}

/** The report's share of memory; only outputs are ever large. */
export function reportBytes(report: Report): number {
  if (report.type !== "task-finished") return 256;
  const outputs = report.outcome.outputs;
  const { message = "", logTail = "" } = report.outcome;
  let bytes = 512 + message.length + logTail.length + (outputs?.result?.length ?? 0);
  for (const parameter of outputs?.parameters ?? []) bytes += 64 + (parameter.value?.length ?? 0);
  return bytes + 512 * (outputs?.artifacts?.length ?? 0);
}

export function startedReport(
  task: Task,
  details: {
    readonly startedAtMs: number;
    readonly hostNodeName?: string;
    readonly podIP?: string;
    readonly daemoned?: boolean;
  },
): Report {
  return { type: "task-started", nodeId: task.nodeId, attempt: task.attempt, ...details };
}
