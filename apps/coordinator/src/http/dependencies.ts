import type {
  AgentDirectory,
  ArtifactSource,
  BulkRetryStore,
  Clock,
  DeadLetters,
  FailureBook,
  Inbox,
  LogSource,
  PodSource,
  QueueInspector,
  ResourceStore,
  WorkflowPhases,
  WorkflowReader,
} from "@capstan/core";
import type { CoordinatorMetrics } from "../metrics/coordinator-metrics.ts";
import type { BoardQueues } from "./bull-board.ts";

/** Ids come from outside, so that tests and the simulator can choose them. */
export interface IdSource {
  /** A new workflow's `metadata.uid`. */
  uid(): string;
  /** What is put behind `generateName`: five letters or digits, as Kubernetes does. */
  nameSuffix(): string;
}

/** What the HTTP API needs of the world; it knows no Redis. */
export interface HttpDependencies {
  readonly inbox: Inbox;
  readonly reader: WorkflowReader;
  readonly resources: ResourceStore;
  readonly logs: LogSource;
  readonly pods: PodSource;
  readonly artifacts: ArtifactSource;
  readonly agents: AgentDirectory;
  readonly queues: QueueInspector;
  /** What Bull Board shows; absent where there is no BullMQ. */
  readonly rawQueues?: BoardQueues | undefined;
  readonly failures: FailureBook;
  readonly bulkRetries: BulkRetryStore;
  readonly deadLetters: DeadLetters;
  readonly phases: WorkflowPhases;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly shardCount: number;
  /** The pool of tasks whose workflow names none: where their logs are asked for, and who could take them. */
  readonly defaultPool: string;
  readonly version: string;
  /** Where they are wanted: what is served at /metrics. */
  readonly metrics?: CoordinatorMetrics | undefined;
  /** Where the web page was built into; absent where it was not. */
  readonly pageFolder?: string | undefined;
  /** Why the server cannot serve now; undefined when it can. */
  readonly notReadyReason: () => Promise<string | undefined>;
  /** Told of errors that a client only sees as "internal error". */
  readonly onInternalError: (error: unknown, request: { readonly method: string; readonly url: string }) => void;
}
