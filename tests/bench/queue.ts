// What the queue and the store can do by themselves: the floor that the whole path is compared with.
// Runs alone too: `node tests/bench/queue.ts`.
import type { Lease, NodeStatus, Task } from "@capstan/core";
import {
  BullTaskQueue,
  BullTaskWorker,
  createRedis,
  type RedisClient,
  RedisInbox,
  RedisLeaseStore,
  RedisShardStore,
  Subscriptions,
} from "@capstan/redis";
import { startRedis } from "@capstan/testkit";
import { Queue, Worker } from "bullmq";
import { type BenchRow, printRows } from "./report.ts";

const jobCount = 20_000;
const jobsPerAdd = 500;
const concurrency = 100;
const nodesPerCommit = 100;
const commitCount = 300;
const appendCount = 40_000;
const appendsInFlight = 200;

/** The first row is raw BullMQ, add and process: what ratios are taken of. */
export async function runRawQueueBench(): Promise<readonly BenchRow[]> {
  const server = await startRedis({ appendFsync: "everysec" });
  const redis = createRedis(server.url, "worker");
  try {
    // Once for the compiler, then for the figures.
    await rawBullMq(redis, 2_000);
    const raw = await rawBullMq(redis, jobCount);
    await ownQueue(redis, 2_000);
    const own = await ownQueue(redis, jobCount);
    await commits(redis, 50);
    const nodeWrites = await commits(redis, commitCount);
    const appends = await appendEvents(redis);
    return [
      { name: "raw BullMQ: add + process, one process", value: raw.both, unit: "jobs/s" },
      { name: "raw BullMQ: addBulk with priority", value: raw.add, unit: "jobs/s" },
      { name: `raw BullMQ: process, concurrency ${concurrency}`, value: raw.process, unit: "jobs/s" },
      { name: "task queue and worker: add + process", value: own.both, unit: "tasks/s" },
      {
        name: `commit: nodes with a command each, ${nodesPerCommit} a commit`,
        value: nodeWrites,
        unit: "nodes/s",
        target: ">= 5,000",
        reached: nodeWrites >= 5_000,
      },
      { name: `inbox: appends, ${appendsInFlight} in flight`, value: appends, unit: "events/s" },
    ];
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

interface Rates {
  readonly add: number;
  readonly process: number;
  readonly both: number;
}

async function rawBullMq(redis: RedisClient, count: number): Promise<Rates> {
  await redis.flushall();
  const queue = new Queue("raw", {
    connection: redis,
    defaultJobOptions: { removeOnComplete: { age: 3_600, count: 10_000 } },
  });
  const addStartMs = performance.now();
  for (let from = 0; from < count; from += jobsPerAdd) {
    await queue.addBulk(
      Array.from({ length: Math.min(jobsPerAdd, count - from) }, (_, index) => ({
        name: "task",
        data: aTask(from + index),
        opts: { jobId: `job-${from + index}`, priority: 1 + ((from + index) % 1_000) },
      })),
    );
  }
  const processStartMs = performance.now();
  const done = countdown(count);
  const worker = new Worker("raw", async () => done.step(), { connection: redis, concurrency });
  await done.reached;
  const endMs = performance.now();
  await worker.close();
  await queue.close();
  return rates(count, addStartMs, processStartMs, endMs);
}

async function ownQueue(redis: RedisClient, count: number): Promise<Rates> {
  await redis.flushall();
  const subscriptions = new Subscriptions(redis);
  const queue = new BullTaskQueue(redis);
  const addStartMs = performance.now();
  for (let from = 0; from < count; from += jobsPerAdd) {
    await queue.add(Array.from({ length: Math.min(jobsPerAdd, count - from) }, (_, index) => aTask(from + index)));
  }
  const processStartMs = performance.now();
  const done = countdown(count);
  const worker = new BullTaskWorker({ redis, subscriptions, pool: "default", concurrency });
  worker.run(async () => done.step());
  await done.reached;
  const endMs = performance.now();
  await worker.close();
  await queue.close();
  subscriptions.close();
  return rates(count, addStartMs, processStartMs, endMs);
}

/** Node writes a second: each commit changes nodes of ten workflows and puts a task for every node into the outbox. */
async function commits(redis: RedisClient, count: number): Promise<number> {
  await redis.flushall();
  const store = new RedisShardStore(redis);
  const lease = await new RedisLeaseStore(redis).acquire(0, "bench", 600_000);
  if (lease === undefined) throw new Error("the shard is not free");
  const startMs = performance.now();
  for (let number = 0; number < count; number++) await commitOnce(store, lease, number);
  return (count * nodesPerCommit * 1_000) / (performance.now() - startMs);
}

async function commitOnce(store: RedisShardStore, lease: Lease, number: number): Promise<void> {
  const workflows = Array.from({ length: 10 }, (_, index) => ({
    uid: `workflow-${index}`,
    nodes: Array.from({ length: nodesPerCommit / 10 }, (_, node) => aNode(`${number}-${node}`)),
    removedNodeIds: [],
    timers: [],
    deleted: false,
  }));
  const outbox = Array.from({ length: nodesPerCommit }, (_, index) => ({
    type: "start-task" as const,
    task: aTask(index),
  }));
  const result = await store.commit(lease, { workflows, outbox, firedTimers: [] });
  if (result.status !== "committed") throw new Error("the bench lost its shard");
  await store.acknowledgeOutbox(lease, result.outboxIds.at(-1) ?? "");
}

async function appendEvents(redis: RedisClient): Promise<number> {
  await redis.flushall();
  const inbox = new RedisInbox(redis);
  let next = 0;
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: appendsInFlight }, async () => {
      while (next < appendCount) {
        const nodeId = `node-${next++}`;
        await inbox.append(0, [
          { workflowUid: "w", event: { type: "task-started", nodeId, attempt: 0, startedAtMs: 1_700_000_000_000 } },
        ]);
      }
    }),
  );
  return (appendCount * 1_000) / (performance.now() - startMs);
}

function rates(count: number, addStartMs: number, processStartMs: number, endMs: number): Rates {
  return {
    add: (count * 1_000) / (processStartMs - addStartMs),
    process: (count * 1_000) / (endMs - processStartMs),
    both: (count * 1_000) / (endMs - addStartMs),
  };
}

function countdown(count: number): { readonly reached: Promise<void>; step(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = count;
  return {
    reached: promise,
    step: () => {
      left--;
      if (left === 0) resolve();
    },
  };
}

function aNode(id: string): NodeStatus {
  return {
    ...{ id, name: `bench-workflow.step(${id})`, displayName: `step(${id})`, type: "Pod", phase: "Running" },
    ...{ templateName: "main", templateScope: "local/bench-workflow", startedAtMs: 1_700_000_000_000, attempt: 0 },
    inputs: { parameters: [{ name: "item", value: id }] },
  };
}

function aTask(index: number): Task {
  return {
    ...{ id: `uid.node-${index}.0`, workflowUid: "uid", workflowName: "bench", namespace: "default" },
    ...{ nodeId: `node-${index}`, nodeName: `bench(${index})`, attempt: 0, podName: `bench-main-${index}` },
    pool: "default",
    template: { name: "main", container: { image: "busybox", command: ["echo"], args: [String(index)] } },
    ...{ podDefaults: {}, captureResult: false, labels: {}, annotations: {} },
    bid: {
      ...{ keySeconds: 1_700_000_000 + (index % 1_000), submittedAtSeconds: 1_700_000_000, thetaSeconds: 60 },
      ...{ k: 0.05, criticalPathSeconds: 0, remainingWorkTermSeconds: 0, userPrioritySeconds: 0 },
    },
  };
}

if (import.meta.main) printRows(await runRawQueueBench());
