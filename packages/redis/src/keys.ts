/**
 * Names of all keys and channels; made nowhere else. Keys that one script touches share a hash tag, so that they are in one
 * slot of a Redis Cluster: a shard's in `{s<N>}`, a pool's in `{capstan:<pool>}`.
 */
export const keys = {
  installation: "capstan:installation",
  coordinators: "capstan:coordinators",

  lease: (shard: number) => `{s${shard}}:lease`,
  leaseToken: (shard: number) => `{s${shard}}:token`,
  /** Commits under the current lease. */
  leaseCommits: (shard: number) => `{s${shard}}:commits`,
  inbox: (shard: number) => `{s${shard}}:inbox`,
  watermark: (shard: number) => `{s${shard}}:watermark`,
  /** Inbox entries that could not be read, under their own ids. */
  deadLetters: (shard: number) => `{s${shard}}:dead`,
  names: (shard: number) => `{s${shard}}:names`,
  timers: (shard: number) => `{s${shard}}:timers`,
  outbox: (shard: number) => `{s${shard}}:outbox`,
  workflow: (shard: number, uid: string) => `{s${shard}}:wf:${uid}`,
  workflowNodes: (shard: number, uid: string) => `{s${shard}}:wf:${uid}:nodes`,
  /** The timers that a workflow has, so that its deletion finds them. */
  workflowTimers: (shard: number, uid: string) => `{s${shard}}:wf:${uid}:timers`,
  workflowLog: (shard: number, uid: string) => `{s${shard}}:wf:${uid}:log`,

  indexEntry: (uid: string) => `{index}:wf:${uid}`,
  indexAll: "{index}:all",
  indexNamespace: (namespace: string) => `{index}:ns:${namespace}`,
  indexPhase: (phase: string) => `{index}:phase:${phase}`,
  indexNamespacePhase: (namespace: string, phase: string) => `{index}:ns:${namespace}:phase:${phase}`,

  resources: (kind: string) => `{resources}:${kind}`,
  resourceNames: (kind: string) => `{resources}:${kind}:names`,
  resourceVersion: "{resources}:version",

  agents: "{agents}:known",
  agentExpiries: "{agents}:expiries",
  /** Agents that were told to take no more tasks, and since when. */
  agentsDraining: "{agents}:draining",
  demandingPools: "{agents}:demanding-pools",
  /** Demanding pools whose ended jobs are still to be removed. */
  untidyPools: "{agents}:untidy-pools",

  /** Pools that tasks were put into, by when that was last. */
  knownPools: "{queues}:pools",

  /** Tasks whose failure is counted already, by when that was. */
  failuresTold: "{failures}:told",
  /** Failures by when they happened last: "<namespace> <fingerprint>", and a namespace's fingerprints. */
  failuresAll: "{failures}:all",
  failuresOf: (namespace: string) => `{failures}:ns:${namespace}`,
  failure: (namespace: string, fingerprint: string) => `{failures}:of:${namespace}:${fingerprint}`,
  failureWorkflows: (namespace: string, fingerprint: string) => `{failures}:of:${namespace}:${fingerprint}:workflows`,
  failureHosts: (namespace: string, fingerprint: string) => `{failures}:of:${namespace}:${fingerprint}:hosts`,
  failureTemplates: (namespace: string, fingerprint: string) => `{failures}:of:${namespace}:${fingerprint}:templates`,
  /** The last good run of each template, and when that was. */
  goodRuns: "{failures}:good",
  goodRunTimes: "{failures}:good:times",

  bulkRetry: (id: string) => `{failures}:retry:${id}`,
  bulkRetriesOf: (namespace: string, fingerprint: string) => `{failures}:retries:of:${namespace}:${fingerprint}`,
  /** Bulk retries in which there is something to do. */
  bulkRetriesActive: "{failures}:retries:active",

  /** BullMQ puts this before the queue's name; every pool is a queue with a slot of its own. */
  poolPrefix: (pool: string) => `{capstan:${pool}}`,
  poolPriorityWindow: (pool: string) => `{capstan:${pool}}:window`,
  /** How many tasks came in that minute since 1970. */
  poolArrivals: (pool: string, minute: number) => `{capstan:${pool}}:arrivals:${minute}`,
  /** Tasks that wait outside BullMQ, by bid; what they are; and those on their way there, by when they were taken. */
  poolBacklog: (pool: string) => `{capstan:${pool}}:backlog`,
  poolBacklogTasks: (pool: string) => `{capstan:${pool}}:backlog:tasks`,
  poolBacklogTaken: (pool: string) => `{capstan:${pool}}:backlog:taken`,
  /** Tells apart the times at which equal bids came. */
  poolBacklogCount: (pool: string) => `{capstan:${pool}}:backlog:count`,
  poolCancels: (pool: string) => `{capstan:${pool}}:cancels`,
  poolCancelExpiries: (pool: string) => `{capstan:${pool}}:cancels:expiries`,

  /** Who has which artifact, by `<namespace>/<key>`; the same names once more, in order. */
  artifacts: "{artifacts}:records",
  artifactNames: "{artifacts}:names",
  /** One part of a blob on its way from the agent that holds it to one that wants it. */
  blobPart: (transferId: string, part: number) => `{blob:${transferId}}:${part}`,

  logLines: (requestId: string) => `{log:${requestId}}:lines`,
  logReader: (requestId: string) => `{log:${requestId}}:reader`,
  logWriter: (requestId: string) => `{log:${requestId}}:writer`,

  /** What agents answer to one who asks for a Pod. */
  podAnswers: (requestId: string) => `{pod:${requestId}}:answers`,
} as const;

/** Publish/subscribe channels: notices only, everything that must not be lost is in a key. */
export const channels = {
  inboxGrown: "capstan:inbox-grown",
  workflowsChanged: "capstan:workflows-changed",
  workflowsIndexed: "capstan:workflows-indexed",
  poolAnnounced: "capstan:pool-announced",
  tasksCancelled: (pool: string) => `capstan:tasks-cancelled:${pool}`,
  logsRequested: (pool: string) => `capstan:logs-requested:${pool}`,
  podsRequested: (pool: string) => `capstan:pods-requested:${pool}`,
  blobsRequested: (agentId: string) => `capstan:blobs-requested:${agentId}`,
} as const;
