import type { PodSnapshot } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { type PodHandler, RedisPodServer } from "./pod-server.ts";
import { RedisPodSource } from "./pod-source.ts";
import { Subscriptions } from "./subscriptions.ts";

const task = { id: "w.n.0", pool: "default" };
const snapshot: PodSnapshot = {
  ...{ kind: "pod", pod: { metadata: { name: "wf-main-1" } }, isGone: false, seenAtMs: 7 },
  events: [{ type: "Warning", reason: "Failed", message: "no such image", count: 3, lastAtMs: 5, source: "kubelet" }],
};

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
let stops: (() => unknown)[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "api");
});
beforeEach(async () => {
  await redis.flushall();
});
afterEach(async () => {
  for (const stop of stops) await stop();
  stops = [];
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** An agent of the pool, with a connection of its own. */
async function agent(handler: PodHandler): Promise<void> {
  const connection = createRedis(server.url, "worker");
  const subscriptions = new Subscriptions(connection);
  stops.push(() => subscriptions.close());
  stops.push(() => connection.disconnect());
  await new RedisPodServer(connection, subscriptions).servePods("default", handler);
}

test("the agent that has the Pod is believed, whoever answers first, and nothing is left behind", async () => {
  await agent(async () => undefined);
  await agent(async (taskId) => (taskId === task.id ? snapshot : undefined));
  await agent(async () => undefined);
  expect(await new RedisPodSource(redis).requestPod(task)).toEqual({ ok: true, value: snapshot });
  await expect.poll(() => redis.keys("{pod:*")).toEqual([]);
});

test("nobody knows of a Pod once all have said so", async () => {
  await agent(async () => undefined);
  await agent(async () => undefined);
  const source = new RedisPodSource(redis, { answerWithinMs: 60_000 });
  expect(await source.requestPod(task)).toEqual({ ok: true, value: undefined });
});

test("says so when no agent listens", async () => {
  expect(await new RedisPodSource(redis, { answerWithinMs: 50 }).requestPod(task)).toEqual({
    ok: false,
    error: expect.stringContaining('no agent of pool "default" answers questions for Pods'),
  });
});

test("an agent that does not answer is not taken for one that knows nothing", async () => {
  await agent(async () => undefined);
  await agent(() => new Promise(() => undefined));
  expect(await new RedisPodSource(redis, { answerWithinMs: 200 }).requestPod(task)).toEqual({
    ok: false,
    error: expect.stringContaining("not all agents"),
  });
});

test("passes on why an agent cannot read its Pod", async () => {
  await agent(() => Promise.reject(new Error("the API server is away")));
  expect(await new RedisPodSource(redis).requestPod(task)).toEqual({
    ok: false,
    error: "its agent cannot read the Pod: the API server is away",
  });
});

test("an answer that comes too late goes by itself", async () => {
  let answerNow: (() => void) | undefined;
  await agent(() => new Promise((resolve) => (answerNow = () => resolve(snapshot))));
  await new RedisPodSource(redis, { answerWithinMs: 20 }).requestPod(task);
  answerNow?.();
  await expect.poll(async () => (await redis.keys("{pod:*")).length).toBe(1);
  const [key = ""] = await redis.keys("{pod:*");
  expect(key).toBe(keys.podAnswers(key.slice("{pod:".length, key.indexOf("}"))));
  expect(await redis.pttl(key)).toBeGreaterThan(0);
});
