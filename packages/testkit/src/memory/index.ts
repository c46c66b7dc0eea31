export { MemoryDatabase } from "./memory-database.ts";
export { MemoryFailureRecorder } from "./memory-failure-recorder.ts";
export { MemoryInbox, MemoryShardWakeups } from "./memory-inbox.ts";
export { MemoryLeaseStore } from "./memory-leases.ts";
export { MemoryShardStore } from "./memory-shard-store.ts";
export { MemoryTaskQueue } from "./memory-task-queue.ts";
export { MemoryTaskWorker, type MemoryTaskWorkerOptions, type TaskBoard } from "./memory-task-worker.ts";
export { MemoryWorkflowIndex, MemoryWorkflowReader } from "./memory-workflow-index.ts";
export { VirtualTime } from "./virtual-time.ts";
