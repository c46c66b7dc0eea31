import type { JsonObject } from "../json.ts";
import type { Result } from "../result.ts";
import type { Task } from "../task.ts";

/** What a cluster noted of a Pod. */
export interface PodEvent {
  /** `Normal` or `Warning`. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** How often it happened. */
  readonly count: number;
  readonly firstAtMs?: number | undefined;
  readonly lastAtMs?: number | undefined;
  /** The part of the cluster that says so. */
  readonly source?: string | undefined;
}

/** A task's Pod as its agent knows it. */
export interface KnownPod {
  readonly kind: "pod";
  /** Without what only machines read. */
  readonly pod: JsonObject;
  /** It is not in its cluster any more: this is how it was seen last. */
  readonly isGone: boolean;
  readonly seenAtMs: number;
  readonly events: readonly PodEvent[];
  /** Why the events are not there. */
  readonly eventsProblem?: string | undefined;
}

/** The agent has the task, which runs without a Pod. */
export interface NoPod {
  readonly kind: "no-pod";
  readonly reason: string;
}

export type PodSnapshot = KnownPod | NoPod;

/** The way to a task's Pod for those who do not reach its cluster: some agent of the pool has it. */
export interface PodSource {
  /** Undefined when no agent knows of a Pod of the task; the error says why there is no answer. */
  requestPod(task: Pick<Task, "id" | "pool">): Promise<Result<PodSnapshot | undefined>>;
}
