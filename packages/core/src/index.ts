export { type BidPolicy, bidLimits, bidProbability, makeBid, type WorkAhead } from "./bid/bid.ts";
export { type BidExplanation, type BidTerm, explainBid } from "./bid/explain-bid.ts";
export { queuePriority, queuePriorityMax } from "./bid/queue-priority.ts";
export {
  type DurationEstimates,
  expectedSecondsAnnotation,
  type TemplateLookup,
  type WorkEstimate,
  WorkEstimates,
} from "./bid/work-estimates.ts";
export {
  advanceBulkRetry,
  answerBulkRetry,
  type BulkRetry,
  bulkRetryLimits,
  continueBulkRetry,
  haltBulkRetry,
  isActive,
  type RetryAnswer,
  type RetryHow,
  type RetryTarget,
} from "./bulk-retry/bulk-retry.ts";
export { type ImageOrigin, imageOrigin } from "./bulk-retry/image-origin.ts";
export { replaceImage } from "./bulk-retry/replace-image.ts";
export { formatGoDuration, formatHumanDuration, parseDurationMs, parseGoDuration } from "./duration.ts";
export type { DecideContext, Engine, EnginePolicy, WorkflowState } from "./engine.ts";
export { compareFacts, type FactDifference, type TaskFacts, type TaskFailure } from "./failure/task-facts.ts";
export { linkNodes } from "./graph/link-nodes.ts";
export { attemptName, nodeIdOf, podNameOf } from "./graph/node-names.ts";
export type { Json, JsonObject } from "./json.ts";
export {
  isObject,
  numberAt,
  objectAt,
  objectsAt,
  textAt,
  textMapAt,
  textsAt,
  valueAt,
} from "./json-fields.ts";
export type { TimerChange, WorkflowCommand } from "./machine/command.ts";
export { engine } from "./machine/decide.ts";
export type { Decision } from "./machine/decision.ts";
export type { NodeSelector, WorkflowEvent } from "./machine/event.ts";
export {
  type AgentPlace,
  choosePool,
  isDemandingPool,
  type PoolDemand,
  placementKeys,
  poolNameOf,
  serversOf,
  servesPool,
} from "./pool/pool-choice.ts";
export { type WaitingPool, waitingPools } from "./pool/waiting-pools.ts";
export type { AgentDirectory, AgentStatus } from "./ports/agent-directory.ts";
export type { ArtifactDirectory, ArtifactRecord } from "./ports/artifact-directory.ts";
export type { ArtifactSource, OpenedArtifact } from "./ports/artifact-source.ts";
export { type AttemptReader, awaitsAttempt, hasAttemptStarted } from "./ports/attempt-reader.ts";
export type { BulkRetryStore, StoredBulkRetry } from "./ports/bulk-retry-store.ts";
export type { Clock } from "./ports/clock.ts";
export type { DeadLetter, DeadLetters } from "./ports/dead-letters.ts";
export type { FailureBook, FailureGroup, FailureRecorder, HitWorkflow } from "./ports/failure-book.ts";
export { compareInboxIds, type Inbox, type SubmitResult, timeOfInboxId } from "./ports/inbox.ts";
export type { LogSource } from "./ports/log-source.ts";
export type { KnownPod, NoPod, PodEvent, PodSnapshot, PodSource } from "./ports/pod-source.ts";
export type { PoolReading, QueuedTask, QueueInspector, RetryWait, TaskPlace } from "./ports/queue-inspector.ts";
export type { ResourceKind, ResourcePage, ResourceRef, ResourceStore, StoredResource } from "./ports/resource-store.ts";
export type {
  LogLine,
  LogOptions,
  RunningTask,
  Runtime,
  RuntimeObserver,
  RuntimeRoom,
  TaskPast,
  TaskRefusal,
} from "./ports/runtime.ts";
export type {
  CommitResult,
  DueTimer,
  InboxEntry,
  Lease,
  LeaseStore,
  OldestWaiting,
  OutboxEntry,
  OutboxMessage,
  ShardCommit,
  ShardStore,
  ShardWakeups,
  StoredWorkflow,
  WorkflowCommit,
} from "./ports/store.ts";
export { deliveryFreshMs, type PulledTask, type TaskQueue, type TaskWorker } from "./ports/task-queue.ts";
export type { HeaderReading, WorkflowHeaders } from "./ports/workflow-headers.ts";
export type {
  ChangePage,
  IndexChange,
  ListPage,
  ListQuery,
  WorkflowChange,
  WorkflowIndexWriter,
  WorkflowReader,
  WorkflowSummary,
} from "./ports/workflow-index.ts";
export type { WorkflowPhases } from "./ports/workflow-phases.ts";
export { matchesNode, parseNodeSelector } from "./project/node-selector.ts";
export { templateOfNode } from "./project/stored-templates.ts";
export { toNodeObject, toWorkflowObject } from "./project/to-workflow-object.ts";
export { minutesOfRate, ratePerMinute } from "./queue/flow-rate.ts";
export { type Waiting, waitsFor } from "./queue/waits-for.ts";
export { assert, fail, ok, type Result } from "./result.ts";
export { fnv1a32, shardOf } from "./shard.ts";
export type {
  Arguments,
  Artifact,
  Inputs,
  IntOrString,
  KeyRef,
  Outputs,
  Parameter,
  ValueFrom,
} from "./spec/arguments.ts";
export type {
  Backoff,
  Container,
  ContainerSetTemplate,
  ContinueOn,
  DagTask,
  DagTemplate,
  LifecycleHook,
  RetryPolicy,
  RetryStrategy,
  ScriptTemplate,
  Sequence,
  SuspendTemplate,
  Template,
  TemplateCall,
  TemplateRef,
  WorkflowStep,
} from "./spec/template.ts";
export { withParameters } from "./spec/with-parameters.ts";
export type {
  ObjectMeta,
  ShutdownStrategy,
  Workflow,
  WorkflowBundle,
  WorkflowSpec,
  WorkflowTemplate,
} from "./spec/workflow.ts";
export { templateKey } from "./spec/workflow.ts";
export type {
  NodeLinks,
  NodePhase,
  NodeStatus,
  NodeType,
  WorkflowHeader,
  WorkflowPhase,
  WorkflowStatus,
} from "./status.ts";
export { type Bid, type Task, type TaskOutcome, type TaskPhase, taskId } from "./task.ts";
export { refusalDelayMs, TaskRefused } from "./task-refused.ts";
export { normalKey } from "./template/artifact-key.ts";
export { keyOf } from "./template/artifact-location.ts";
export { type Expansion, expandCall } from "./template/expand-items.ts";
export { goJson } from "./template/go-json.ts";
export { type ProcessContext, processArguments, substituteTemplate } from "./template/process-arguments.ts";
export { formatTimestamp, parseTimestamp } from "./timestamp.ts";
export { criticalPath } from "./view/critical-path.ts";
export { type FailureCause, failureCauses } from "./view/failure-causes.ts";
export { type FoundNode, findNodes } from "./view/find-nodes.ts";
export { type Happening, happenings } from "./view/happenings.ts";
export { momentsOf } from "./view/moments.ts";
export type { PhaseCounts } from "./view/place.ts";
export { previewGraph } from "./view/preview-graph.ts";
export { suspendedSteps } from "./view/suspended-steps.ts";
export { type Vertex, type VisibleOptions, viewLimits, visibleGraph } from "./view/visible-graph.ts";
export { WorkflowView } from "./view/workflow-view.ts";
