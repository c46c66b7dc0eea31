import { assert, type Result } from "@capstan/core";
import {
  BullTaskWorker,
  createRedis,
  DemandingPools,
  type Installation,
  RedisAgentRegistry,
  RedisArtifactDirectory,
  RedisAttemptReader,
  RedisBlobRelay,
  type RedisClient,
  RedisInbox,
  RedisLogServer,
  RedisPodServer,
  RedisWorkflowPhases,
  readInstallation,
  readRedisAddress,
  refusedByRedis,
  Subscriptions,
} from "@capstan/redis";
import packageFile from "../package.json" with { type: "json" };
import { type AgentArtifacts, agentArtifacts } from "./artifacts/agent-artifacts.ts";
import type { ArtifactSweep } from "./artifacts/artifact-sweep.ts";
import type { BlobServer } from "./artifacts/blob-server.ts";
import type { PeerAddress } from "./artifacts/direct-blobs.ts";
import type { AgentConfig } from "./config.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Logger } from "./logger.ts";
import { AgentMetrics } from "./metrics/agent-metrics.ts";
import { type MetricsServer, serveMetrics } from "./metrics/metrics-server.ts";
import { ManyPoolsWorker } from "./pools/many-pools-worker.ts";
import { PoolDiscovery } from "./pools/pool-discovery.ts";
import { Reporter } from "./report/reporter.ts";
import { KubernetesRuntime } from "./runtime/kubernetes/kubernetes-runtime.ts";
import { type LocallyLoggedRuntime, makeRuntime, type RuntimeName } from "./runtime/make-runtime.ts";
import { systemClock } from "./system-clock.ts";
import { serveTaskQuestions, type TaskQuestionsOptions } from "./task-questions.ts";
import { TaskRoom } from "./task-room.ts";
import { AgentWorker } from "./worker.ts";

export interface RunningAgent {
  /** Stops pulling and hands back what has not started; running tasks are left to a successor, or ended with `killOnExit`. */
  stop(): Promise<void>;
}

const garbageEveryMs = 600_000;
const installationPollMs = 200;
const reportGraceMs = 5_000;
const roomSettleMs = 100;

/** Builds the agent on Redis and starts it; the error says what this machine or the configuration lacks. */
export async function startAgent(config: AgentConfig, logger: Logger): Promise<Result<RunningAgent>> {
  const address = readRedisAddress(config.redisUrl, config.redisCaFile);
  if (!address.ok) return address;
  const metrics = new AgentMetrics();
  const onError = (error: Error): void => {
    metrics.redisFailed();
    logger.warn({ error: error.message }, "the connection to Redis failed, trying again");
  };
  const redis = createRedis({ ...address.value, name: `capstan-agent-${config.nodeName}`, onError }, "worker");
  const subscriptions = new Subscriptions(redis);
  const disconnect = (): void => {
    subscriptions.close();
    redis.disconnect();
  };
  const scraped = await listenToPrometheus(config, metrics);
  const stopTelling = (): void => {
    if (scraped.ok) scraped.value?.stop();
    disconnect();
  };
  const base = { config, logger, redis, subscriptions, metrics };
  const rights = `use a user with the rights that \`capstan agent acl --pool ${config.pool} --cluster ${config.cluster}\` prints`;
  const claim = { url: config.redisUrl, rights };
  const started = scraped.ok ? await startOn(base).catch((error: unknown) => refusedByRedis(error, claim)) : scraped;
  if (!started.ok) {
    stopTelling();
    return started;
  }
  logger.info({ pool: config.pool, runtime: config.runtime, concurrency: config.concurrency }, "the agent is running");
  const stop = async (): Promise<void> => {
    await started.value();
    stopTelling();
  };
  return { ok: true, value: { stop } };
}

/** What every part of an agent stands on. */
interface AgentBase {
  readonly config: AgentConfig;
  readonly logger: Logger;
  readonly redis: RedisClient;
  readonly subscriptions: Subscriptions;
  readonly metrics: AgentMetrics;
}

/** Prepares what tasks run on, and runs them until what it returns is called. */
async function startOn(base: AgentBase): Promise<Result<() => Promise<void>>> {
  const { config, logger, redis, metrics } = base;
  const installed = Promise.withResolvers<Installation>();
  const { relay, ...own } = ownArtifacts(base, installed.promise);
  const kubernetes = config.kubernetes && new KubernetesRuntime(config.kubernetes, systemClock, logger, metrics);
  const runtime: LocallyLoggedRuntime =
    kubernetes ?? makeRuntime({ ...config, runtime: localRuntime(config) }, own.artifacts, systemClock, logger);
  const checked = await runtime.check();
  if (!checked.ok) return checked;
  const installation = await untilInstalled(redis, logger);
  installed.resolve(installation);
  const attempts = new RedisAttemptReader(redis, installation.shardCount);
  const phases = new RedisWorkflowPhases(redis, installation.shardCount);
  const opened = await kubernetes?.open({
    agentName: `${installation.id}.${config.pool}.${config.nodeName}`,
    ...{ phases, artifacts: own.artifacts, blobs: own.server },
    isWanted: (task) => attempts.isWanted(task),
  });
  if (opened?.ok === false) return opened;
  const listener = await listenToAgents(config, own.server);
  if (!listener.ok) return listener;
  const artifactAddress = kubernetes?.transferAddress ?? listener.value?.address;
  const stopRelaying = await relay.serve(agentIdOf(config), (...part) => own.blobs.read(...part));
  const sweep = own.sweepOf(phases);
  const stop = await runAgent({ ...base, runtime, installation, attempts, artifactAddress, sweep });
  const stopAll = async (): Promise<void> => {
    await stop();
    await stopRelaying();
    listener.value?.stop();
    runtime.close();
  };
  return { ok: true, value: stopAll };
}

/** The artifacts that this agent keeps, and its way to those of others. */
function ownArtifacts(
  { config, logger, redis, subscriptions }: AgentBase,
  installation: Promise<Installation>,
): AgentArtifacts & { readonly relay: RedisBlobRelay } {
  const relay = new RedisBlobRelay(redis, subscriptions);
  const own = agentArtifacts({
    ...{ stateFolder: config.stateFolder, clock: systemClock, logger, relay, agents: new RedisAgentRegistry(redis) },
    holder: { agentId: agentIdOf(config), nodeName: config.nodeName },
    directory: new RedisArtifactDirectory(redis),
    peerSecret: installation.then(({ peerSecret }) => peerSecret),
  });
  return { ...own, relay };
}

interface AgentGround extends AgentBase {
  readonly runtime: LocallyLoggedRuntime;
  readonly installation: Installation;
  readonly attempts: RedisAttemptReader;
  readonly artifactAddress: PeerAddress | undefined;
  readonly sweep: ArtifactSweep;
}

/** Adopts, pulls, runs and reports until what it returns is called. */
async function runAgent(ground: AgentGround): Promise<() => Promise<void>> {
  const { config, logger, runtime, redis, subscriptions, installation, attempts, artifactAddress, sweep } = ground;
  const { metrics } = ground;
  const room: TaskRoom = new TaskRoom({
    ...{ concurrency: config.concurrency, runtime: runtime.room, settleMs: roomSettleMs },
    onChange: (tasksMax) => queue.setConcurrency(tasksMax),
  });
  const openQueue = (pool: string, concurrency: number): BullTaskWorker =>
    new BullTaskWorker({
      ...{ redis, subscriptions, pool, concurrency, lockDurationMs: config.leaseMs },
      stalledIntervalMs: config.leaseMs / 2,
      onProblem: (problem) => logger.warn({ pool, problem }, "the queue had a problem"),
    });
  const queue = new ManyPoolsWorker({ ownPool: config.pool, concurrency: room.tasksMax, open: openQueue });
  const reporter: Reporter = new Reporter({
    ...{ inbox: new RedisInbox(redis), clock: systemClock, logger, shardCount: installation.shardCount },
    onConfirmed: (taskId) => void worker.confirmed(taskId),
  });
  const worker: AgentWorker = new AgentWorker({
    ...{ queue, runtime, reporter, attempts, clock: systemClock, logger, killGraceMs: config.killGraceMs },
    onEnd: (end) => ("refused" in end ? metrics.taskRefused() : metrics.taskEnded(end)),
  });
  metrics.follow({
    ...{ running: () => worker.active, unconfirmed: () => reporter.unconfirmed, version: packageFile.version },
    room: () => Math.max(0, room.tasksMax - worker.active),
  });
  const logs = new RedisLogServer(redis, subscriptions);
  const pods = new RedisPodServer(redis, subscriptions);
  const questions: TaskQuestionsOptions = {
    ...{ runtime, logger },
    serveLogs: (...asked) => logs.serveLogs(...asked),
    servePods: (...asked) => pods.servePods(...asked),
  };
  const serveQuestions = (pool: string): Promise<() => Promise<void>> => serveTaskQuestions(questions, pool);
  const stopAnswering = await serveQuestions(config.pool);
  const heartbeat = new Heartbeat({
    ...{ logger, clock: systemClock, registry: new RedisAgentRegistry(redis), agentId: agentIdOf(config) },
    describe: () => ({ ...describeAgent(config, room, worker), artifactAddress }),
    onDraining: (isDraining) => room.drain(isDraining),
  });
  // Before anything is pulled: an agent that is started again while it drains takes nothing.
  await heartbeat.first;
  queue.setConcurrency(room.tasksMax);
  await worker.start();
  const discovery = findPools(ground, queue, serveQuestions);
  await discovery.start();
  const stopSweeping = sweepRepeatedly(runtime, sweep, logger);
  return async () => {
    room.stop();
    await discovery.stop();
    if (config.killOnExit) worker.killAll("the agent was stopped", config.killGraceMs);
    await worker.stop({ leaveRunning: !config.killOnExit });
    await reporter.close(reportGraceMs);
    stopSweeping();
    await Promise.all([heartbeat.stop(), stopAnswering()]);
  };
}

/** Finds the pools that demand what this agent is. */
function findPools(
  { config, logger, redis, subscriptions }: AgentGround,
  pulled: ManyPoolsWorker,
  serveQuestions: (pool: string) => Promise<() => Promise<void>>,
): PoolDiscovery {
  const pools = new DemandingPools(redis);
  return new PoolDiscovery({
    ...{ pulled, agent: config, clock: systemClock, logger, serveQuestions },
    source: {
      list: (sinceMs) => pools.list(sinceMs),
      countUnfinished: (pool) => pools.countUnfinished(pool),
      subscribe: (listener) => pools.subscribe(subscriptions, listener),
    },
  });
}

function localRuntime({ runtime }: AgentConfig): RuntimeName {
  assert(runtime !== "kubernetes", "a Kubernetes runtime comes with its settings");
  return runtime;
}

async function listenToPrometheus(
  { metricsAddress }: AgentConfig,
  { registry }: AgentMetrics,
): Promise<Result<MetricsServer | undefined>> {
  return metricsAddress === undefined ? { ok: true, value: undefined } : serveMetrics(metricsAddress, registry);
}

/** A runtime of processes has no Pods to listen to, and listens to other agents only where it is told how they reach it. */
async function listenToAgents(
  { kubernetes, transferHost: host, transferPort }: AgentConfig,
  server: BlobServer,
): Promise<Result<{ readonly address: PeerAddress; readonly stop: () => void } | undefined>> {
  if (kubernetes !== undefined || host === undefined) return { ok: true, value: undefined };
  try {
    const { port, stop } = await server.listen(transferPort);
    return { ok: true, value: { address: { host, port }, stop } };
  } catch (error) {
    return { ok: false, error: `--transfer-port ${transferPort} cannot be listened on: ${String(error)}` };
  }
}

/** The number of shards is written by the first coordinator; until then there is nothing to do. */
async function untilInstalled(redis: RedisClient, logger: Logger): Promise<Installation> {
  for (let tries = 0; ; tries++) {
    const installation = await readInstallation(redis);
    if (installation !== undefined) return installation;
    if (tries === 25) logger.info({}, "no coordinator has ever run on this Redis: waiting for one");
    await systemClock.sleep(installationPollMs);
  }
}

function agentIdOf({ cluster, pool, nodeName }: AgentConfig): string {
  return `${cluster}/${pool}/${nodeName}`;
}

function describeAgent(config: AgentConfig, { tasksMax }: TaskRoom, { active: running }: AgentWorker) {
  const { pool, cluster, labels } = config;
  const said = { agentId: agentIdOf(config), pool, cluster, labels, running, room: Math.max(0, tasksMax - running) };
  return { ...said, version: packageFile.version, atMs: systemClock.nowMs() };
}

/** Removes what ended tasks left, now and from time to time; what it returns ends that. */
function sweepRepeatedly(runtime: LocallyLoggedRuntime, artifacts: ArtifactSweep, logger: Logger): () => void {
  const sweep = (): void => {
    runtime
      .collectGarbage()
      .catch((error: unknown) => logger.warn({ error: String(error) }, "old run folders could not be removed"));
    artifacts
      .run()
      .catch((error: unknown) => logger.warn({ error: String(error) }, "old artifacts could not be removed"));
  };
  sweep();
  const timer = setInterval(sweep, garbageEveryMs);
  return () => clearInterval(timer);
}
