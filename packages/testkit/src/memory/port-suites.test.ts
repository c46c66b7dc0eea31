import {
  runArtifactDirectorySuite,
  runInboxSuite,
  runLeaseStoreSuite,
  runShardStoreSuite,
  runTaskQueueSuite,
  runWorkflowReaderSuite,
  type ShardHarness,
  type TaskQueueHarness,
} from "../suites/index.ts";
import {
  MemoryArtifactDirectory,
  MemoryDatabase,
  MemoryInbox,
  MemoryLeaseStore,
  MemoryShardStore,
  MemoryShardWakeups,
  MemoryTaskQueue,
  MemoryTaskWorker,
  MemoryWorkflowIndex,
  MemoryWorkflowReader,
  VirtualTime,
} from "./index.ts";

const pool = { lookIntervalMs: 500, leaseMs: 3_000 };

async function createShards(): Promise<ShardHarness> {
  const time = new VirtualTime();
  const database = new MemoryDatabase(() => time.nowMs());
  return {
    leases: new MemoryLeaseStore(database),
    store: new MemoryShardStore(database),
    inbox: new MemoryInbox(database),
    wakeups: new MemoryShardWakeups(database),
    reader: new MemoryWorkflowReader(database),
    index: new MemoryWorkflowIndex(database),
    passTime: (delayMs) => time.advance(delayMs),
    close: async () => undefined,
  };
}

async function createQueue(): Promise<TaskQueueHarness> {
  const time = new VirtualTime();
  const queue = new MemoryTaskQueue(new MemoryDatabase(() => time.nowMs()));
  const workers: MemoryTaskWorker[] = [];
  const unsubscribe = [
    queue.subscribeAdded(() => {
      for (const worker of workers) worker.look();
    }),
    queue.subscribeCancelled((taskId) => {
      for (const worker of workers) void worker.lookForCancellation(taskId);
    }),
  ];
  return {
    queue,
    worker: (name, concurrency) => {
      const worker = new MemoryTaskWorker({
        ...{ board: queue, clock: time, pool: name, name: `w${workers.length}`, concurrency },
        ...pool,
      });
      workers.push(worker);
      return worker;
    },
    crash: async (worker) => (worker as MemoryTaskWorker).abandon(),
    redeliveredWithinMs: 10_000,
    passTime: (delayMs) => time.advance(delayMs),
    close: async () => {
      for (const end of unsubscribe) end();
      for (const worker of workers) worker.abandon();
    },
  };
}

runLeaseStoreSuite({ create: createShards });
runInboxSuite({ create: createShards });
runShardStoreSuite({ create: createShards });
runWorkflowReaderSuite({ create: createShards });
runTaskQueueSuite({ create: createQueue });
runArtifactDirectorySuite({ create: async () => new MemoryArtifactDirectory() });
