import type {
  Clock,
  Engine,
  EnginePolicy,
  FailureRecorder,
  ShardStore,
  TaskQueue,
  WorkflowIndexWriter,
} from "@capstan/core";
import type { Logger } from "../logger.ts";
import type { ShardSettings } from "./settings.ts";
import type { ShardObserver } from "./shard-observer.ts";

/** What a shard's life needs of the world; the simulator brings its own. */
export interface ShardPorts {
  readonly engine: Engine;
  readonly policy: EnginePolicy;
  readonly store: ShardStore;
  readonly queue: TaskQueue;
  readonly index: WorkflowIndexWriter;
  readonly failures: FailureRecorder;
  /** Grows whenever a connection to the store or the queue was lost or found again: they may have forgotten their last second. */
  readonly incarnation: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: ShardObserver;
  readonly settings: ShardSettings;
}
