import { randomBytes } from "node:crypto";
import { startRedis } from "@capstan/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BlobReader, BlobRelayError, blobRelayLimits, RedisBlobRelay } from "./blob-relay.ts";
import { createRedis, type RedisClient } from "./connection.ts";
import { channels } from "./keys.ts";
import { Subscriptions } from "./subscriptions.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
let subscriptions: Subscriptions;
let relay: RedisBlobRelay;
const agentId = "east/gpu/node-1";
const content = randomBytes(5 * blobRelayLimits.partBytes + 3);
const target = { agentId, sha256: "a".repeat(64), bytes: content.length };
const readContent: BlobReader = async (_, offset, bytes) => content.subarray(offset, offset + bytes);

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "worker");
  subscriptions = new Subscriptions(redis);
  relay = new RedisBlobRelay(redis, subscriptions);
});
afterAll(async () => {
  subscriptions.close();
  redis.disconnect();
  await server.stop();
});

async function fetched(silenceMaxMs = 60_000): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of relay.fetch(target, silenceMaxMs)) parts.push(part);
  return Buffer.concat(parts);
}

test("a blob comes whole and in order, and leaves nothing behind", async () => {
  const stop = await relay.serve(agentId, readContent);
  expect((await fetched()).equals(content)).toBe(true);
  expect(await redis.keys("{blob:*")).toEqual([]);
  await stop();
});

test("what is not taken is not read ahead of, and expires", async () => {
  let read = 0;
  const stop = await relay.serve(agentId, (...of) => {
    read += 1;
    return readContent(...of);
  });
  const parts = relay.fetch(target, 60_000);
  await parts.next();
  await expect.poll(() => redis.keys("{blob:*")).toHaveLength(blobRelayLimits.partsAheadMax);
  expect(read).toBe(blobRelayLimits.partsAheadMax + 1);
  await parts.return();
  for (const key of await redis.keys("{blob:*")) {
    expect(await redis.pttl(key)).toBeGreaterThan(0);
    expect(await redis.pttl(key)).toBeLessThanOrEqual(blobRelayLimits.partTtlMs);
  }
  await stop();
});

test("a part whose notice was lost, or that could not be read, is asked for again", async () => {
  let isFirst = true;
  const stop = await relay.serve(agentId, async (...of) => {
    if (!isFirst) return readContent(...of);
    isFirst = false;
    throw new Error("a disk that hiccups");
  });
  expect((await fetched()).equals(content)).toBe(true);
  await stop();
}, 20_000);

test("an agent that does not have it says so; one that is not there is waited for only so long", async () => {
  const stop = await relay.serve(agentId, async () => undefined);
  await expect(fetched()).rejects.toThrow(new BlobRelayError("absent"));
  await stop();
  await expect(fetched(100)).rejects.toThrow(new BlobRelayError("silent"));
});

test("more requests than may wait are dropped, not kept", async () => {
  const gate = Promise.withResolvers<void>();
  let read = 0;
  const stop = await relay.serve("busy", async () => {
    read += 1;
    await gate.promise;
    return Buffer.from("x");
  });
  const request = (part: number) =>
    JSON.stringify({ v: 1, body: { transferId: "t", part, sha256: target.sha256, offset: 0, bytes: 1 } });
  const sent = blobRelayLimits.waitingMax + blobRelayLimits.servedMax + 50;
  for (let part = 0; part < sent; part++) await redis.publish(channels.blobsRequested("busy"), request(part));
  const heard = new Promise<void>((resolve) => void subscriptions.subscribe("last", () => resolve()));
  await expect.poll(() => redis.publish("last", "")).toBe(1);
  await heard;
  gate.resolve();
  await expect
    .poll(() => redis.keys("{blob:t}:*"))
    .toHaveLength(blobRelayLimits.waitingMax + blobRelayLimits.servedMax);
  expect(read).toBe(blobRelayLimits.waitingMax + blobRelayLimits.servedMax);
  await stop();
});
