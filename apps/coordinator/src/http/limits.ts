/** Every bound of the HTTP API, named once. */
export const limits = {
  /** A manifest of Kubernetes is at most 1.5 MiB; ours may be larger, but not without end. */
  bodyBytesMax: 20 * 1024 * 1024,
  /** Nobody else is answered while YAML is read, which takes a hundred times as long as JSON. */
  yamlBytesMax: 2 * 1024 * 1024,
  /** Workflows of a list answered from the index. */
  listItemsMax: 10_000,
  /** Workflows of a list that asks for fields which only the whole workflow has. */
  fullListItemsMax: 100,
  /** Index entries looked at for one page of a list with a filter that the index does not know. */
  listScanMax: 50_000,
  /** How long an answer waits for the workflow's owner to have carried out what was asked. */
  settleWaitMs: 5_000,
  settlePollMs: 50,
  /** Wake-ups can be lost, so a watcher looks by itself this often. */
  watchPollMs: 2_000,
  /** A stream on which nothing was sent for this long (at most twice that) gets a comment, so that dead connections are noticed. */
  keepAliveMs: 10_000,
  /** A client that takes nothing for this long is cut off. */
  stalledClientMs: 60_000,
  /** How long a closing server waits for clients to take the end of their streams. */
  streamCloseMs: 1_000,
  changesPerRead: 500,
  nodesPerEvent: 1_000,
  nodesPerPageMax: 5_000,
  /** Logs read at the same time for one request. */
  logReadersMax: 16,
  followedLogsMax: 64,
  generateNameAttempts: 8,
  /** Nodes of the workflows that are kept because somebody looked at them: about 500 bytes each. */
  viewedNodesMax: 500_000,
  viewedWorkflowsMax: 200,
  /** Containers that one viewer may have opened or closed. */
  openedContainersMax: 300,
  /** Between two pictures of a graph. */
  graphPauseMs: 100,
  momentsMax: 2_000,
  eventsPageMax: 200,
  attemptsShownMax: 100,
  logLinesPerEvent: 500,
  /** Characters of a downloaded log that are sent together. */
  logPieceLength: 64 * 1024,
  logTailLinesMax: 100_000,
  foundNodesMax: 200,
  /** Between two tellings of what changed in a list. */
  listPauseMs: 100,
  /** Workflows of one page of a list for people. */
  listPageMax: 500,
  /** Tasks, retries or failures of one page. */
  queuePageMax: 100,
  /** Workflows shown of those that one failure hit. */
  hitWorkflowsMax: 500,
  bulkRetriesShownMax: 10,
  /** Saves of what others save too. */
  saveAttemptsMax: 10,
  /** Attempts of a retried step that are counted. */
  attemptsCountedMax: 1_000,
} as const;
