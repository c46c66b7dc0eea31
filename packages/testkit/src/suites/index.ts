export { aRecord, runArtifactDirectorySuite } from "./artifact-directory.suite.ts";
export { runInboxSuite } from "./inbox.suite.ts";
export { runLeaseStoreSuite } from "./lease-store.suite.ts";
export { runResourceStoreSuite } from "./resource-store.suite.ts";
export { aBundle, aCreation, aHeader, aNode, aSummary, aTask, aWorkflowCommit } from "./sample-values.ts";
export { aCommit, eventually, leaseOf, type ShardHarness } from "./shard-harness.ts";
export { runShardStoreSuite } from "./shard-store.suite.ts";
export { runTaskQueueSuite, type TaskQueueHarness } from "./task-queue.suite.ts";
export { runWorkflowReaderSuite } from "./workflow-reader.suite.ts";
