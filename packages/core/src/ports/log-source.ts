import type { Task } from "../task.ts";
import type { LogLine, LogOptions } from "./runtime.ts";

/** The way to a task's log for those who do not run it: some agent of the pool has it. */
export interface LogSource {
  /**
   * Lines in order of time. Ends when the log has ended, or, without `follow`, when what is there has been read; ends at once
   * and empty when no agent has the log. Throws when no agent answers in time. Returning early frees whatever it holds.
   */
  requestLogs(task: Pick<Task, "id" | "pool">, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine>;
}
