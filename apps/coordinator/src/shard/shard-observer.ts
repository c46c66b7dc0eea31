import type { WorkflowPhase } from "@capstan/core";

/** A task that was heard to have begun. */
export interface BegunTask {
  readonly pool: string;
  /** From its release to its begin. */
  readonly waitedMs: number;
  /** Of the first task of a workflow: from the submit to its begin. */
  readonly sinceSubmitMs?: number;
}

/** Told of what shards do, for those who count it. */
export interface ShardObserver {
  committed(commit: {
    readonly workflows: number;
    readonly nodes: number;
    readonly commands: number;
    /** The phases in which workflows ended. */
    readonly ended: readonly WorkflowPhase[];
    readonly begun: readonly BegunTask[];
    readonly durationMs: number;
  }): void;
  fenced(): void;
  /** Events that the machine failed on. */
  passedOver(events: number): void;
}

export const silentObserver: ShardObserver = {
  committed: () => undefined,
  fenced: () => undefined,
  passedOver: () => undefined,
};
