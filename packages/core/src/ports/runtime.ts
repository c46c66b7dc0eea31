import type { Task, TaskOutcome } from "../task.ts";

export interface LogLine {
  readonly atMs: number;
  readonly stream: "stdout" | "stderr";
  readonly container: string;
  readonly text: string;
  /** Of the first line that is given: bytes of the log before it that were not asked for, or are not kept any more. */
  readonly skippedBytes?: number;
}

export interface LogOptions {
  readonly container?: string;
  readonly follow: boolean;
  /** Of what is there, only the last lines (of those that are searched for). */
  readonly tailLines?: number;
  /** Only lines that hold this text, in whatever case. */
  readonly search?: string;
  readonly sinceMs?: number;
}

export interface RuntimeObserver {
  /** The user's process runs (or, for a daemon, is ready). */
  started(details: { readonly startedAtMs: number; readonly hostNodeName: string; readonly podIP?: string }): void;
  progressed(details: { readonly progress?: string; readonly message?: string }): void;
}

/** The task could not be placed and nothing of it ran: any agent may try again, and no retry of the task's is used up. */
export interface TaskRefusal {
  readonly refused: string;
}

/** A task that a runtime carries. */
export interface RunningTask {
  /** Resolves when the task has ended and its outputs are captured; never rejects for what the task itself did. */
  readonly outcome: Promise<TaskOutcome | TaskRefusal>;
  /** SIGTERM, then SIGKILL after the grace period; the outcome follows. Idempotent. */
  kill(reason: string, graceMs: number): void;
}

export interface RuntimeRoom {
  current(): number;
  /** Calls back when it may have changed; what it returns ends that. */
  onChange(listener: () => void): () => void;
}

/** What is known of a task that another agent had before. */
export interface TaskPast {
  /** It was reported as running: where a runtime would find what runs wherever it is, and finds nothing, the task is lost and must not run twice. */
  readonly hasStarted: boolean;
}

/** How an agent runs tasks: sandbox, process, kubernetes, docker. Starting is idempotent by task id: what runs already is adopted, what has ended answers with its outcome. */
export interface Runtime {
  readonly name: string;
  /** Says before any task whether this machine can run it; the error tells what to do. */
  check(): Promise<{ readonly ok: true } | { readonly ok: false; readonly error: string }>;
  start(task: Task, observer: RuntimeObserver, past?: TaskPast | undefined): Promise<RunningTask>;
  /** Tasks that an earlier agent on this node left: running, or ended and not yet forgotten. */
  leftovers(): Promise<readonly Task[]>;
  logs(taskId: string, options: LogOptions): AsyncIterable<LogLine>;
  /** Ends what may be running of a task that is not to run: one that was started by an agent that is gone. Idempotent. */
  discard?(task: Task): Promise<void>;
  /** How many tasks fit here at once, those that run included; absent where nothing but the configuration limits them. */
  readonly room?: RuntimeRoom;
  /** The report is committed: what the task left behind may go (logs stay as long as the runtime's retention says). */
  forget(taskId: string): Promise<void>;
}
