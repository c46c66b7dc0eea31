import { randomInt, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { engine, fail, ok, type Result } from "@capstan/core";
import { KubeClient, loadClusterAccess } from "@capstan/kubernetes";
import {
  BullTaskQueue,
  claimInstallation,
  createRedis,
  RawQueues,
  type RedisAddress,
  RedisAgentRegistry,
  RedisArtifactDirectory,
  RedisArtifactSource,
  RedisBlobRelay,
  RedisBulkRetryStore,
  type RedisClient,
  RedisDeadLetters,
  RedisFailureBook,
  RedisInbox,
  RedisLeaseStore,
  RedisLogSource,
  RedisPodSource,
  RedisQueueInspector,
  RedisResourceStore,
  RedisShardStore,
  RedisShardWakeups,
  RedisWorkflowHeaders,
  RedisWorkflowIndex,
  RedisWorkflowPhases,
  RedisWorkflowReader,
  readRedisAddress,
  refusedByRedis,
  Subscriptions,
} from "@capstan/redis";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { BulkRetries } from "./bulk-retry/bulk-retries.ts";
import type { CoordinatorConfig } from "./config.ts";
import type { HttpDependencies, IdSource } from "./http/dependencies.ts";
import { createHttpServer } from "./http/server.ts";
import { KubernetesResourceStore } from "./kubernetes/kubernetes-resource-store.ts";
import { ObjectAdmission } from "./kubernetes/object-admission.ts";
import { SeedObjects } from "./kubernetes/seed-objects.ts";
import { WorkflowBridge } from "./kubernetes/workflow-bridge.ts";
import type { Logger } from "./logger.ts";
import { CoordinatorMetrics } from "./metrics/coordinator-metrics.ts";
import { Coordinator } from "./shard/coordinator.ts";
import { defaultPolicy, shardDefaults } from "./shard/settings.ts";
import { systemClock } from "./system-clock.ts";
import { version } from "./version.ts";

/** A coordinator that runs in this process. */
export interface RunningCoordinator {
  /** Of the HTTP API. */
  readonly url: string;
  /** Shards that are in its hands now. */
  readonly shards: readonly number[];
  /** Hands its shards over and lets everything go; takes graceMs at most, and a little. */
  stop(graceMs?: number): Promise<void>;
}

const stopGraceMs = 8_000;
/** A server that lost its lease store for longer than this says that it is not ready. */
const readyAnswerWithinMs = 1_000;

/** What a coordinator's Redis user needs. */
const rights = "use a user with ~* &* +@all -@dangerous +info +client +role";

/** Starts a coordinator on Redis; the error says why it cannot run there. The only place that builds adapters. */
export async function startCoordinator(
  config: CoordinatorConfig,
  plainLogger: Logger = createLogger(config),
): Promise<Result<RunningCoordinator>> {
  const metrics = new CoordinatorMetrics();
  const logger = metrics.countingLogger(plainLogger);
  const address = readRedisAddress(config.redisUrl, config.redisCaFile);
  if (!address.ok) return address;
  const connections = new Connections(config, address.value, logger);
  const installation = await claimInstallation(connections.work, { shardCount: config.shardCount }).catch(
    (error: unknown) => refusedByRedis(error, { url: config.redisUrl, rights }),
  );
  if (!installation.ok) {
    connections.close();
    return fail(installation.error);
  }
  const queue = new BullTaskQueue(connections.queue, {
    onError: (error) => logger.warn({ error: error.message }, "the task queue's connection failed"),
  });
  const [work, jobs] = [new RedisInbox(connections.work), new RedisInbox(connections.queue)];
  const coordinator = new Coordinator(config.ownerId, config.shardCount, {
    ...{ engine, clock: systemClock, logger, queue, observer: metrics, settings: shardDefaults },
    policy: { ...defaultPolicy, defaultPool: config.defaultPool },
    incarnation: () => work.incarnation() + jobs.incarnation(),
    store: new RedisShardStore(connections.work),
    leases: new RedisLeaseStore(connections.work),
    wakeups: new RedisShardWakeups(connections.subscriptions),
    index: new RedisWorkflowIndex(connections.queue),
    failures: new RedisFailureBook(connections.queue),
  });
  const cluster = await openCluster(config);
  if (!cluster.ok) {
    connections.close();
    return cluster;
  }
  const rawQueues = new RawQueues(connections.api);
  const dependencies = {
    ...httpDependencies(config, connections, coordinator, logger, cluster.value),
    ...{ metrics, rawQueues },
  };
  metrics.follow({
    ...{ reader: dependencies.reader, queues: dependencies.queues, agents: dependencies.agents, version },
    shards: () => coordinator.shards.length,
    lags: () => coordinator.lags(),
    cachedNodes: () => coordinator.cachedNodeCount,
  });
  const server = await createHttpServer(dependencies);
  const bridge = cluster.value && openBridge(config, cluster.value, connections, coordinator, dependencies, logger);
  const bulkRetries = new BulkRetries({
    ...{ store: dependencies.bulkRetries, dependencies, logger, ownedShards: () => coordinator.shards },
  });
  const stop = async (graceMs = stopGraceMs): Promise<void> => {
    await server.close();
    await bulkRetries.stop();
    await bridge?.stop();
    cluster.value?.close();
    await coordinator.stop(graceMs);
    await Promise.all([queue.close(), rawQueues.close()]);
    connections.close();
  };
  try {
    await Promise.all([server.listen({ host: config.host, port: config.port }), coordinator.start()]);
    await bridge?.start();
    bulkRetries.start();
  } catch (error) {
    await stop(0);
    return fail(`the coordinator cannot start: ${error instanceof Error ? error.message : String(error)}`);
  }
  const url = urlOf(server);
  logger.info({ url, owner: config.ownerId, shards: coordinator.shards.length }, "coordinator ready");
  return ok({
    url,
    get shards() {
      return coordinator.shards;
    },
    stop,
  });
}

/** The cluster of the configuration; undefined where there is none. */
async function openCluster(config: CoordinatorConfig): Promise<Result<KubeClient | undefined>> {
  if (config.kubernetes === undefined) return ok(undefined);
  const access = await loadClusterAccess({ ...config.kubernetes, variables: process.env });
  return access.ok ? ok(new KubeClient(access.value, { userAgent: `capstan-coordinator/${version}` })) : access;
}

function openBridge(
  config: CoordinatorConfig,
  client: KubeClient,
  connections: Connections,
  coordinator: Coordinator,
  dependencies: HttpDependencies,
  logger: Logger,
): WorkflowBridge {
  const namespace = config.kubernetes?.namespace;
  return new WorkflowBridge({
    ...{ client, logger, clock: systemClock, shardCount: config.shardCount },
    inbox: dependencies.inbox,
    reader: dependencies.reader,
    headers: new RedisWorkflowHeaders(connections.api),
    admission: new ObjectAdmission(dependencies, new SeedObjects(client, dependencies.resources)),
    ownedShards: () => coordinator.shards,
    ...(namespace !== undefined && { namespace }),
  });
}

function httpDependencies(
  config: CoordinatorConfig,
  connections: Connections,
  coordinator: Coordinator,
  logger: Logger,
  cluster: KubeClient | undefined,
): HttpDependencies {
  return {
    inbox: new RedisInbox(connections.api),
    reader: new RedisWorkflowReader(connections.api, connections.subscriptions),
    resources: cluster === undefined ? new RedisResourceStore(connections.api) : new KubernetesResourceStore(cluster),
    logs: new RedisLogSource(connections.api),
    pods: new RedisPodSource(connections.api),
    artifacts: new RedisArtifactSource({
      directory: new RedisArtifactDirectory(connections.api),
      relay: new RedisBlobRelay(connections.api, connections.subscriptions),
    }),
    agents: new RedisAgentRegistry(connections.api),
    queues: new RedisQueueInspector(connections.api),
    failures: new RedisFailureBook(connections.api),
    bulkRetries: new RedisBulkRetryStore(connections.api),
    deadLetters: new RedisDeadLetters(connections.api, config.shardCount),
    phases: new RedisWorkflowPhases(connections.api, config.shardCount),
    clock: systemClock,
    ids: randomIds,
    shardCount: config.shardCount,
    defaultPool: config.defaultPool,
    version,
    pageFolder: builtPage(),
    notReadyReason: () => reasonNotReady(connections.api, coordinator),
    onInternalError: (error, { method, url }) =>
      logger.error({ method, url, error: error instanceof Error ? error.stack : String(error) }, "request failed"),
  };
}

function createLogger(config: CoordinatorConfig): Logger {
  return pino({ level: config.logLevel, base: { owner: config.ownerId } });
}

/** What the parts share: work that may wait for Redis, and requests of which somebody waits for the answer. */
class Connections {
  readonly work: RedisClient;
  /** Jobs are large and many; on a connection of their own they do not hold up the next commit. */
  readonly queue: RedisClient;
  readonly api: RedisClient;
  readonly subscriptions: Subscriptions;

  constructor(config: CoordinatorConfig, address: RedisAddress, logger: Logger) {
    const onError = (error: Error): void => logger.warn({ error: error.message }, "Redis does not answer");
    const target = { ...address, onError };
    this.work = createRedis({ ...target, name: `capstan-shards-${config.ownerId}` }, "coordinator");
    this.queue = createRedis({ ...target, name: `capstan-queue-${config.ownerId}` }, "coordinator");
    this.api = createRedis({ ...target, name: `capstan-api-${config.ownerId}` }, "api");
    this.subscriptions = new Subscriptions(this.work);
  }

  close(): void {
    this.subscriptions.close();
    for (const connection of [this.work, this.queue, this.api]) connection.disconnect();
  }
}

async function reasonNotReady(redis: RedisClient, coordinator: Coordinator): Promise<string | undefined> {
  const answered = await Promise.race([
    redis.ping().then(
      () => true,
      () => false,
    ),
    systemClock.sleep(readyAnswerWithinMs).then(() => false),
  ]);
  if (!answered) return "Redis does not answer";
  return coordinator.isSettled ? undefined : "not all shards are taken yet";
}

function urlOf(server: FastifyInstance): string {
  const [address] = server.addresses();
  if (address === undefined || typeof address === "string") return "";
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

/** The folder that the web page was built into, when it was. */
function builtPage(): string | undefined {
  const folder = fileURLToPath(new URL("dist", import.meta.resolve("@capstan/ui/package.json")));
  return existsSync(folder) ? folder : undefined;
}

/** Kubernetes' alphabet: no vowels, so that no word comes out. */
const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

const randomIds: IdSource = {
  uid: () => randomUUID(),
  nameSuffix: () => Array.from({ length: 5 }, () => suffixAlphabet.charAt(randomInt(suffixAlphabet.length))).join(""),
};
