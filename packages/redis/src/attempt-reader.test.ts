import type { Task } from "@capstan/core";
import { shardOf } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { aCommit, aCreation, aNode, aTask } from "@capstan/testkit/suites";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RedisAttemptReader } from "./attempt-reader.ts";
import { createRedis, type RedisClient } from "./connection.ts";
import { RedisLeaseStore } from "./lease-store.ts";
import { RedisShardStore } from "./shard-store.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "coordinator");
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test("an attempt is wanted while its node waits for it, and for no other", async () => {
  const shard = shardOf("default", "hello", 4);
  const lease = await new RedisLeaseStore(redis).acquire(shard, "c", 60_000);
  if (lease === undefined) throw new Error("the shard is not free");
  const nodes = [
    { ...aNode("waits", "Pending"), attempt: 2 },
    { ...aNode("runs", "Running"), attempt: 1 },
    { ...aNode("ended", "Failed"), attempt: 0 },
  ];
  await new RedisShardStore(redis).commit(lease, aCommit({ workflows: [aCreation("hello", nodes)] }));
  const reader = new RedisAttemptReader(redis, 4);
  const attemptOf = (nodeId: string, attempt: number): Task => ({
    ...{ ...aTask("uid-hello", nodeId, 0), workflowName: "hello", attempt },
  });
  const isWanted = (nodeId: string, attempt: number) => reader.isWanted(attemptOf(nodeId, attempt));
  const hasStarted = (nodeId: string, attempt: number) => reader.hasStarted(attemptOf(nodeId, attempt));
  expect(await isWanted("waits", 2)).toBe(true);
  expect(await isWanted("waits", 1)).toBe(false);
  expect(await isWanted("ended", 0)).toBe(false);
  expect(await isWanted("unknown", 0)).toBe(false);
  expect(await hasStarted("runs", 1)).toBe(true);
  expect(await hasStarted("runs", 0)).toBe(false);
  expect(await hasStarted("waits", 2)).toBe(false);
  expect(await hasStarted("ended", 0)).toBe(false);
});
