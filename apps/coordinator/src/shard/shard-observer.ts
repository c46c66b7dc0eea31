import type { WorkflowPhase } from "@capstan/core";

/** Told of what shards do, for those who count it. */
export interface ShardObserver {
  committed(commit: {
    readonly workflows: number;
    readonly nodes: number;
    readonly commands: number;
    /** The phases in which workflows ended. */
    readonly ended: readonly WorkflowPhase[];
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
