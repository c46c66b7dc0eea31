import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { RedisAddress } from "./redis-address.ts";

/** One connection to Redis, or to a Redis Cluster. */
export type RedisClient = Redis | Cluster;

/**
 * What a connection is for, which decides what happens while Redis is away: a coordinator and a worker wait, since their
 * work is safe to repeat; a request of the API fails within seconds, since somebody waits for the answer.
 */
export type ConnectionRole = "coordinator" | "worker" | "api";

export interface ConnectionOptions extends RedisAddress {
  /** Shown by CLIENT LIST. */
  readonly name?: string;
  /** Told of connection errors; the connection goes on trying. */
  readonly onError?: (error: Error) => void;
}

const reconnectDelayMaxMs = 1_000;
const apiAnswerWithinMs = 10_000;
const apiRetriesMax = 3;

// Replies stay as RESP2 shapes them (the default); naming another mapping would change the types of all commands.
type ConnectionSettings = Omit<RedisOptions, "replyMapping">;

/** Opens a connection with the role's settings. It reconnects by itself for ever; `quit` or `disconnect` ends it. */
export function createRedis(target: string | ConnectionOptions, role: ConnectionRole): RedisClient {
  const options: ConnectionOptions = typeof target === "string" ? { url: target } : target;
  const settings: ConnectionSettings = {
    ...roleSettings(role),
    connectionName: options.name ?? `capstan-${role}`,
    retryStrategy: (times) => Math.min(20 * 2 ** Math.min(times, 10), reconnectDelayMaxMs),
    // A fail-over leaves old connections on what is now a replica: go to the new primary and send the command again.
    reconnectOnError: (error) => (error.message.startsWith("READONLY") ? 2 : false),
  };
  if (options.url.startsWith("rediss")) settings.tls = options.ca === undefined ? {} : { ca: options.ca };
  const client = isClusterUrl(options.url) ? createCluster(options.url, settings) : new Redis(options.url, settings);
  // Every queue and subscription listens on the shared connection. Not 0, to which BullMQ would add its three.
  client.setMaxListeners(Number.POSITIVE_INFINITY);
  client.on("error", options.onError ?? (() => undefined));
  return client;
}

/** A second connection with the same target that waits for Redis for ever: for what blocks or subscribes. */
export function openBeside(redis: RedisClient): RedisClient {
  const beside =
    "nodes" in redis ? redis.duplicate() : redis.duplicate({ maxRetriesPerRequest: null, commandTimeout: undefined });
  beside.setMaxListeners(Number.POSITIVE_INFINITY);
  beside.on("error", () => undefined);
  return beside;
}

function roleSettings(role: ConnectionRole): ConnectionSettings {
  if (role === "api") return { maxRetriesPerRequest: apiRetriesMax, commandTimeout: apiAnswerWithinMs };
  // null: commands wait for Redis for as long as it takes. BullMQ demands it of workers.
  return { maxRetriesPerRequest: null };
}

function isClusterUrl(url: string): boolean {
  return /^rediss?\+cluster:\/\//.test(url);
}

function createCluster(url: string, settings: ConnectionSettings): Cluster {
  const { retryStrategy: _, ...redisOptions } = settings;
  const scheme = url.startsWith("rediss") ? "rediss" : "redis";
  const hosts = url.slice(url.indexOf("://") + 3).split(",");
  return new Cluster(
    hosts.map((host) => `${scheme}://${host}`),
    {
      redisOptions,
      clusterRetryStrategy: (times) => Math.min(100 + times * 50, reconnectDelayMaxMs),
    },
  );
}
