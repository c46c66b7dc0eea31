import { startRedis } from "@capstan/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RedisAgentRegistry } from "./agent-registry.ts";
import { createRedis, type RedisClient } from "./connection.ts";
import { claimInstallation, readInstallation } from "./installation.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "api");
});
beforeEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

describe("the agent registry", () => {
  const heartbeat = (agentId: string, pool = "default", room = 1) => ({
    ...{ agentId, pool, room, cluster: "local", labels: {}, running: 0, version: "0.1.0", atMs: 1 },
  });

  test("lists the living with their latest word", async () => {
    const registry = new RedisAgentRegistry(redis);
    await registry.beat(heartbeat("b"), 60_000);
    await registry.beat(heartbeat("a", "gpu"), 60_000);
    await registry.beat(heartbeat("b", "default", 7), 60_000);
    await registry.beat(heartbeat("silent"), 1);
    const status = (...of: Parameters<typeof heartbeat>) => ({ ...heartbeat(...of), draining: false });
    await expect.poll(() => registry.list()).toEqual([status("b", "default", 7), status("a", "gpu")]);
    await registry.leave("b");
    expect(await registry.list()).toEqual([status("a", "gpu")]);
  });

  test("an agent that is drained hears it with its next word, its successor too, until it is uncordoned", async () => {
    const registry = new RedisAgentRegistry(redis);
    expect(await registry.beat(heartbeat("a"), 60_000)).toEqual({ draining: false, hasRival: false });
    await registry.drain("a");
    await registry.drain("a");
    await registry.beat(heartbeat("b"), 60_000);
    expect((await registry.list()).map(({ agentId, draining }) => [agentId, draining])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    await registry.leave("a");
    expect(await registry.beat(heartbeat("a"), 60_000)).toMatchObject({ draining: true });
    expect([await registry.uncordon("a"), await registry.uncordon("a")]).toEqual([true, false]);
    expect(await registry.beat(heartbeat("a"), 60_000)).toMatchObject({ draining: false });
  });

  test("an agent hears of another that says it is the same, as long as that lives", async () => {
    const registry = new RedisAgentRegistry(redis);
    const one = { ...heartbeat("a"), instance: "one" };
    const two = { ...heartbeat("a"), instance: "two" };
    const rivals: boolean[] = [];
    for (const said of [one, one, two, one]) rivals.push((await registry.beat(said, 60_000)).hasRival);
    expect(rivals).toEqual([false, false, true, true]);
    await registry.beat(two, 1);
    await expect.poll(() => registry.list()).toEqual([]);
    expect((await registry.beat(one, 60_000)).hasRival).toBe(false);
  });
});

describe("the installation", () => {
  test("keeps the first number of shards and refuses another", async () => {
    expect(await readInstallation(redis)).toBeUndefined();
    expect(await claimInstallation(redis, { shardCount: 64 })).toMatchObject({ ok: true });
    expect(await claimInstallation(redis, { shardCount: 64 })).toMatchObject({ ok: true });
    expect(await claimInstallation(redis, { shardCount: 16 })).toEqual({
      ok: false,
      error:
        "this Redis was set up with 64 shards, but 16 are configured: configure 64 shards, or start with an empty Redis",
    });
    const read = await readInstallation(redis);
    expect(read).toEqual({
      shardCount: 64,
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      peerSecret: expect.stringMatching(/^.{43}$/),
    });
    expect(await claimInstallation(redis, { shardCount: 64 })).toEqual({ ok: true, value: read });
  });

  test("refuses what a newer Capstan wrote", async () => {
    await redis.hset("capstan:installation", { shardCount: 64, schemaVersion: 99 });
    expect(await claimInstallation(redis, { shardCount: 64 })).toMatchObject({
      ok: false,
      error: expect.stringContaining("newer Capstan"),
    });
  });
});
