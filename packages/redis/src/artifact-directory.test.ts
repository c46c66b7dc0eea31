import { startRedis } from "@capstan/testkit";
import { aRecord, runArtifactDirectorySuite } from "@capstan/testkit/suites";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RedisArtifactDirectory } from "./artifact-directory.ts";
import { createRedis, type RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "api");
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

runArtifactDirectorySuite({
  create: async () => {
    await redis.flushall();
    return new RedisArtifactDirectory(redis);
  },
});

test("what a newer Capstan wrote is passed over", async () => {
  await redis.flushall();
  const directory = new RedisArtifactDirectory(redis);
  await redis.hset(keys.artifacts, "argo/new", '{"v":99,"body":{}}');
  await directory.put(aRecord("old"));
  expect(await directory.find("argo", ["new", "old"])).toEqual([undefined, aRecord("old")]);
  expect((await directory.scan("0")).records).toEqual([aRecord("old")]);
});
