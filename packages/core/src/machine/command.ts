import type { TaskFacts, TaskFailure } from "../failure/task-facts.ts";
import type { Task } from "../task.ts";

/** What the shell must do after the commit; performed at least once, so each is idempotent. */
export type WorkflowCommand =
  | { readonly type: "start-task"; readonly task: Task }
  /** Ends a task wherever it is: removed if it waits, SIGTERM then SIGKILL after the grace period if it runs. */
  | { readonly type: "cancel-task"; readonly taskId: string; readonly pool: string; readonly reason: string }
  /** For people who look for the cause of failures. */
  | { readonly type: "record-failure"; readonly failure: TaskFailure }
  | { readonly type: "record-good-run"; readonly run: TaskFacts };

/** Timers are part of the commit, not of the outbox: setting one again moves it. */
export type TimerChange =
  | { readonly type: "set-timer"; readonly timerId: string; readonly dueAtMs: number }
  | { readonly type: "clear-timer"; readonly timerId: string };
