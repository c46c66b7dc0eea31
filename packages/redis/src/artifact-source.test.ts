import { createHash, randomBytes } from "node:crypto";
import type { ArtifactRecord } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RedisArtifactDirectory } from "./artifact-directory.ts";
import { RedisArtifactSource } from "./artifact-source.ts";
import { blobRelayLimits, RedisBlobRelay } from "./blob-relay.ts";
import { createRedis, type RedisClient } from "./connection.ts";
import { Subscriptions } from "./subscriptions.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
let subscriptions: Subscriptions;
let relay: RedisBlobRelay;
let directory: RedisArtifactDirectory;
const content = randomBytes(6 * blobRelayLimits.partBytes + 3);

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, "api");
  subscriptions = new Subscriptions(redis);
  relay = new RedisBlobRelay(redis, subscriptions);
  directory = new RedisArtifactDirectory(redis);
});
afterAll(async () => {
  subscriptions.close();
  redis.disconnect();
  await server.stop();
});

async function put(key: string, bytes: Buffer): Promise<void> {
  const record: ArtifactRecord = {
    ...{ namespace: "default", key, kind: "file", bytes: bytes.length, savedAtMs: 1 },
    sha256: createHash("sha256").update(bytes).digest("hex"),
    holder: { agentId: "agent-1", nodeName: "node-1" },
    workflow: { name: "wf", uid: "u" },
  };
  await directory.put(record);
}

async function read(source: RedisArtifactSource, key: string): Promise<Buffer> {
  const opened = await source.open("default", key);
  if (!opened.ok || opened.value === undefined) throw new Error("nothing was opened");
  const parts: Uint8Array[] = [];
  for await (const part of opened.value.content) parts.push(part);
  return Buffer.concat(parts);
}

test("an artifact comes whole, whatever way its key is written; an empty one too", async () => {
  const stop = await relay.serve("agent-1", async (_, offset, bytes) => content.subarray(offset, offset + bytes));
  const source = new RedisArtifactSource({ directory, relay });
  await put("wf/pod/out.tgz", content);
  expect((await read(source, "/wf//pod/out.tgz")).equals(content)).toBe(true);
  await put("wf/pod/empty", Buffer.alloc(0));
  expect(await read(source, "wf/pod/empty")).toHaveLength(0);
  expect(await source.open("other", "wf/pod/out.tgz")).toEqual({ ok: true, value: undefined });
  await stop();
});

test("a reader that leaves after the first part leaves no connection", async () => {
  const stop = await relay.serve("agent-1", async (_, offset, bytes) => content.subarray(offset, offset + bytes));
  await put("wf/pod/out.tgz", content);
  const before = await connections();
  const opened = await new RedisArtifactSource({ directory, relay }).open("default", "wf/pod/out.tgz");
  expect(await connections()).toBe(before + 1);
  if (opened.ok) for await (const _ of opened.value?.content ?? []) break;
  await expect.poll(connections).toBe(before);
  await stop();
});

async function connections(): Promise<number> {
  return ((await redis.client("LIST")) as string).trim().split("\n").length;
}

test("an agent that is gone, one that has it no more, and too large an artifact are said", async () => {
  const source = new RedisArtifactSource({ directory, relay, silenceMaxMs: 100, bytesMax: content.length });
  await put("wf/pod/out.tgz", content);
  expect(await source.open("default", "wf/pod/out.tgz")).toEqual({
    ok: false,
    error: "the agent did not answer: agent agent-1 on node node-1, where it was made",
  });
  const stop = await relay.serve("agent-1", async () => undefined);
  expect(await source.open("default", "wf/pod/out.tgz")).toMatchObject({
    error: expect.stringContaining("the agent does not have it: agent agent-1"),
  });
  await put("wf/pod/large", randomBytes(content.length + 1));
  expect(await source.open("default", "wf/pod/large")).toMatchObject({
    error: expect.stringContaining(`at most ${content.length} go through Redis`),
  });
  await stop();
});
