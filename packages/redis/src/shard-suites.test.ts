import { type RedisServer, startRedis } from "@capstan/testkit";
import {
  runInboxSuite,
  runLeaseStoreSuite,
  runShardStoreSuite,
  runWorkflowReaderSuite,
  type ShardHarness,
} from "@capstan/testkit/suites";
import { afterAll, beforeAll, describe } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { RedisInbox } from "./inbox.ts";
import { RedisLeaseStore } from "./lease-store.ts";
import { RedisShardStore } from "./shard-store.ts";
import { Subscriptions } from "./subscriptions.ts";
import { RedisShardWakeups } from "./wakeups.ts";
import { RedisWorkflowIndex } from "./workflow-index.ts";
import { RedisWorkflowReader } from "./workflow-reader.ts";

describe.each([
  { kind: "one redis-server", cluster: false },
  { kind: "a Redis Cluster", cluster: true },
])("on $kind", ({ cluster }) => {
  let server: RedisServer;
  let redis: RedisClient;

  beforeAll(async () => {
    server = await startRedis({ cluster });
    redis = createRedis(server.url, "coordinator");
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  async function create(): Promise<ShardHarness> {
    await redis.flushall();
    const subscriptions = new Subscriptions(redis);
    return {
      leases: new RedisLeaseStore(redis),
      store: new RedisShardStore(redis),
      inbox: new RedisInbox(redis),
      wakeups: new RedisShardWakeups(subscriptions),
      reader: new RedisWorkflowReader(redis, subscriptions),
      index: new RedisWorkflowIndex(redis),
      passTime: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
      close: async () => subscriptions.close(),
    };
  }

  runLeaseStoreSuite({ create });
  runInboxSuite({ create });
  runShardStoreSuite({ create });
  runWorkflowReaderSuite({ create });
});
