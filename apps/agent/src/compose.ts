import { assert, type Result, type TaskWorker } from "@capstan/core";
import {
  BullTaskWorker,
  createRedis,
  DemandingPools,
  RedisAgentRegistry,
  RedisAttemptReader,
  type RedisClient,
  RedisInbox,
  RedisLogServer,
  RedisWorkflowPhases,
  readInstallation,
  Subscriptions,
} from "@capstan/redis";
import packageFile from "../package.json" with { type: "json" };
import type { AgentConfig } from "./config.ts";
import type { Logger } from "./logger.ts";
import { ManyPoolsWorker } from "./pools/many-pools-worker.ts";
import { discoverPools } from "./pools/pool-discovery.ts";
import { Reporter } from "./report/reporter.ts";
import { KubernetesRuntime } from "./runtime/kubernetes/kubernetes-runtime.ts";
import { type LocallyLoggedRuntime, makeRuntime, type RuntimeName } from "./runtime/make-runtime.ts";
import { systemClock } from "./system-clock.ts";
import { AgentWorker } from "./worker.ts";

export interface RunningAgent {
  /** Task ids that run or wait for their confirmation. */
  running(): readonly string[];
  /** Stops pulling and hands back what has not started; running tasks are left to a successor, or ended with `killOnExit`. */
  stop(): Promise<void>;
}

const heartbeatEveryMs = 5_000;
const heartbeatTtlMs = 20_000;
const garbageEveryMs = 600_000;
const installationPollMs = 200;
const reportGraceMs = 5_000;
const roomSettleMs = 100;

/** Builds the agent on Redis and starts it; the error says what this machine or the configuration lacks. */
export async function startAgent(config: AgentConfig, logger: Logger): Promise<Result<RunningAgent>> {
  const kubernetes = config.kubernetes && new KubernetesRuntime(config.kubernetes, systemClock, logger);
  const runtime: LocallyLoggedRuntime =
    kubernetes ?? makeRuntime({ ...config, runtime: localRuntime(config) }, systemClock, logger);
  const checked = await runtime.check();
  if (!checked.ok) return checked;
  const redis = createRedis(
    {
      url: config.redisUrl,
      name: `capstan-agent-${config.nodeName}`,
      onError: (error) => logger.warn({ error: error.message }, "the connection to Redis failed, trying again"),
    },
    "worker",
  );
  const shardCount = await untilInstalled(redis, logger);
  const subscriptions = new Subscriptions(redis);
  const attempts = new RedisAttemptReader(redis, shardCount);
  kubernetes?.useState({
    phases: new RedisWorkflowPhases(redis, shardCount),
    isWanted: (task) => attempts.isWanted(task),
  });
  const roomFor = (): number => Math.min(config.concurrency, runtime.room?.current() ?? config.concurrency);
  const openQueue = (pool: string, concurrency: number): BullTaskWorker =>
    new BullTaskWorker({
      ...{ redis, subscriptions, pool, concurrency, lockDurationMs: config.leaseMs },
      stalledIntervalMs: config.leaseMs / 2,
      onProblem: (problem) => logger.warn({ pool, problem }, "the queue had a problem"),
    });
  const queue = new ManyPoolsWorker({ ownPool: config.pool, concurrency: roomFor(), open: openQueue });
  const reporter: Reporter = new Reporter({
    inbox: new RedisInbox(redis),
    clock: systemClock,
    logger,
    shardCount,
    onConfirmed: (taskId) => void worker.confirmed(taskId),
  });
  const worker: AgentWorker = new AgentWorker({
    queue,
    runtime,
    reporter,
    attempts,
    clock: systemClock,
    logger,
    killGraceMs: config.killGraceMs,
  });
  const logs = new RedisLogServer(redis, subscriptions);
  const serveLogs = (pool: string): Promise<() => Promise<void>> =>
    logs.serveLogs(pool, (taskId, options) => (runtime.hasLogs(taskId) ? runtime.logs(taskId, options) : undefined));
  const stopLogs = [await serveLogs(config.pool)];
  await worker.start();
  const stopDiscovery = await discoverPools({
    ...{ subscriptions, logger, agent: config, pools: new DemandingPools(redis) },
    onPool: (pool) => {
      if (!queue.add(pool)) return;
      logger.info({ pool }, "tasks of one more pool are pulled: the agent is what it demands");
      serveLogs(pool)
        .then((stop) => stopLogs.push(stop))
        .catch((error: unknown) => logger.warn({ pool, error: String(error) }, "logs of the pool are not served"));
    },
  });
  const stopRoom = followRoom(runtime, roomFor, queue);
  const stopUpkeep = startUpkeep(config, redis, worker, runtime, logger);
  logger.info({ pool: config.pool, runtime: config.runtime, concurrency: config.concurrency }, "the agent is running");
  const stop = async (): Promise<void> => {
    stopRoom();
    await stopDiscovery();
    if (config.killOnExit) worker.killAll("the agent was stopped", config.killGraceMs);
    await worker.stop({ leaveRunning: !config.killOnExit });
    await reporter.close(reportGraceMs);
    await stopUpkeep();
    await Promise.all(stopLogs.map((stopServing) => stopServing()));
    runtime.close();
    subscriptions.close();
    redis.disconnect();
  };
  return { ok: true, value: { running: () => worker.running, stop } };
}

function localRuntime({ runtime }: AgentConfig): RuntimeName {
  assert(runtime !== "kubernetes", "a Kubernetes runtime comes with its settings");
  return runtime;
}

/** Pulls as many tasks as there is room for, now and when that changes; changes of a moment are taken together. */
function followRoom(runtime: LocallyLoggedRuntime, roomFor: () => number, queue: TaskWorker): () => void {
  let known = roomFor();
  let timer: NodeJS.Timeout | undefined;
  const stop = runtime.room?.onChange(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      const room = roomFor();
      if (room === known) return;
      known = room;
      queue.setConcurrency(room);
    }, roomSettleMs);
  });
  return () => {
    clearTimeout(timer);
    stop?.();
  };
}

/** The number of shards is written by the first coordinator; until then there is nothing to do. */
async function untilInstalled(redis: RedisClient, logger: Logger): Promise<number> {
  for (let tries = 0; ; tries++) {
    const installation = await readInstallation(redis);
    if (installation !== undefined) return installation.shardCount;
    if (tries === 25) logger.info({}, "no coordinator has ever run on this Redis: waiting for one");
    await systemClock.sleep(installationPollMs);
  }
}

/** Heartbeats and the removal of old folders; what it returns ends both. */
function startUpkeep(
  config: AgentConfig,
  redis: RedisClient,
  worker: AgentWorker,
  runtime: LocallyLoggedRuntime,
  logger: Logger,
): () => Promise<void> {
  const registry = new RedisAgentRegistry(redis);
  const agentId = `${config.pool}/${config.nodeName}`;
  const beat = (): void => {
    const running = worker.active;
    const { pool, cluster, labels } = config;
    const concurrency = Math.min(config.concurrency, runtime.room?.current() ?? config.concurrency);
    const room = Math.max(0, concurrency - running);
    const heartbeat = {
      agentId,
      pool,
      cluster,
      labels,
      room,
      running,
      version: packageFile.version,
      atMs: systemClock.nowMs(),
    };
    registry
      .beat(heartbeat, heartbeatTtlMs)
      .catch((error: unknown) => logger.warn({ error: String(error) }, "the heartbeat was not written"));
  };
  const sweep = (): void => {
    runtime
      .collectGarbage()
      .catch((error: unknown) => logger.warn({ error: String(error) }, "old run folders could not be removed"));
  };
  beat();
  sweep();
  const timers = [setInterval(beat, heartbeatEveryMs), setInterval(sweep, garbageEveryMs)];
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await registry.leave(agentId).catch(() => undefined);
  };
}
