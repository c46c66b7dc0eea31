import type { Result, Task } from "@capstan/core";
import type { TaskDirectory } from "./task-directory.ts";
import type { ContainerPlan, TaskPlan } from "./task-plan.ts";

/** Something of the host's that a container sees at a path of its own. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** What makes one local runtime different from another: how a container's command comes to run. */
export interface Launcher {
  readonly name: string;
  /** Called once, before any task. */
  check(): Promise<Result<void>>;
  /** Writes the container's files (container.sh and what it needs) for the shell function `enter`. */
  prepare(task: Task, plan: TaskPlan, container: ContainerPlan, binds: readonly Bind[], directory: TaskDirectory): void;
  /** What of a container's folder only its running needed; logs and codes stay. */
  readonly workFiles: readonly string[];
  /** Body of the shell function that runs container $1 to its end and answers with its exit code. */
  readonly enterBody: string;
  /** How process 1 of a container is addressed so that all of the container dies: "" (its namespace goes with it) or "-" (its group). */
  readonly killSign: "" | "-";
}
