import { shardOf } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { aCommit, aCreation, aHeader, aNode, aWorkflowCommit } from "@capstan/testkit/suites";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { RedisLeaseStore } from "./lease-store.ts";
import { RedisShardStore } from "./shard-store.ts";
import { RedisWorkflowHeaders } from "./workflow-headers.ts";
import { RedisWorkflowPhases } from "./workflow-phases.ts";

const shardCount = 4;
let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "coordinator");
  const shard = shardOf("default", "hello", shardCount);
  const lease = await new RedisLeaseStore(redis).acquire(shard, "c", 60_000);
  if (lease === undefined) throw new Error("the shard is not free");
  const creation = { ...aCreation("hello", [aNode("a"), aNode("b")]), header: aHeader("Failed") };
  await new RedisShardStore(redis).commit(lease, aCommit({ workflows: [creation] }));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test("phases come in the order asked for; who is not there is absent", async () => {
  const workflow = (name: string, uid: string) => ({ namespace: "default", name, uid });
  const phases = await new RedisWorkflowPhases(redis, shardCount).phasesOf([
    workflow("gone", "uid-gone"),
    workflow("hello", "uid-hello"),
    workflow("hello", "uid-of-an-earlier-one"),
  ]);
  expect(phases).toEqual(["absent", "Failed", "absent"]);
});

test("a header comes with the number of nodes and without them", async () => {
  const headers = new RedisWorkflowHeaders(redis);
  const shard = shardOf("default", "hello", shardCount);
  expect(await headers.read(shard, "uid-hello")).toMatchObject({ header: aHeader("Failed"), nodeCount: 2 });
  expect(await headers.read(shard, "uid-gone")).toBeUndefined();
});

test("a header's version is another after every commit that changed the workflow, and the same after others", async () => {
  const [shard, uid] = [shardOf("default", "changing", shardCount), "uid-changing"];
  const [store, headers] = [new RedisShardStore(redis), new RedisWorkflowHeaders(redis)];
  const lease = await new RedisLeaseStore(redis).acquire(shard, "c", 60_000);
  if (lease === undefined) throw new Error("the shard is not free");
  const commit = (workflow: ReturnType<typeof aCreation>) => store.commit(lease, aCommit({ workflows: [workflow] }));
  await commit(aCreation("changing", [aNode("n1")]));
  const created = await headers.read(shard, uid);
  await commit(aWorkflowCommit(uid, { nodes: [aNode("n1"), aNode("n2")] }));
  const withNode = await headers.read(shard, uid);
  await commit(aCreation("another", []));
  expect(await headers.read(shard, uid)).toEqual(withNode);
  await commit(aWorkflowCommit(uid, { header: aHeader("Running", "1/2") }));
  const changed = await headers.read(shard, uid);
  expect(changed?.header.progress).toBe("1/2");
  expect(new Set([created?.version, withNode?.version, changed?.version, ""]).size).toBe(4);
  await commit(aWorkflowCommit(uid, { deleted: true }));
  expect(await headers.read(shard, uid)).toBeUndefined();
});
