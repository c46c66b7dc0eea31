import type { LogLine } from "@capstan/core";
import { startRedis } from "@capstan/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createRedis, type RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { logLimits } from "./log-limits.ts";
import { type LogHandler, RedisLogServer } from "./log-server.ts";
import { RedisLogSource } from "./log-source.ts";
import { Subscriptions } from "./subscriptions.ts";

const task = { id: "w.n.0", pool: "default" };
const stays = new AbortController().signal;

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
async function agent(handler: LogHandler): Promise<void> {
  const connection = createRedis(server.url, "worker");
  const subscriptions = new Subscriptions(connection);
  stops.push(() => subscriptions.close());
  stops.push(() => connection.disconnect());
  await new RedisLogServer(connection, subscriptions).serveLogs("default", handler);
}

function line(index: number): LogLine {
  return { atMs: index, stream: "stdout", container: "main", text: `line ${index}` };
}

async function collect(log: AsyncIterable<LogLine>): Promise<readonly LogLine[]> {
  const read: LogLine[] = [];
  for await (const one of log) read.push(one);
  return read;
}

async function* lines(count: number): AsyncGenerator<LogLine> {
  for (let index = 0; index < count; index++) yield line(index);
}

test("brings a whole log in order and leaves nothing behind", async () => {
  await agent((taskId, options) => (taskId === task.id ? lines(options.tailLines ?? 0) : undefined));
  const read = await collect(new RedisLogSource(redis).requestLogs(task, { follow: false, tailLines: 5_000 }, stays));
  expect(read).toEqual(await collect(lines(5_000)));
  expect(await redis.keys("{log:*")).toEqual([]);
});

test("an agent without the log leaves the answer to the one that has it", async () => {
  await agent(() => undefined);
  await agent(() => lines(3));
  await agent(() => undefined);
  const read = await collect(new RedisLogSource(redis).requestLogs(task, { follow: false }, stays));
  expect(read).toHaveLength(3);
});

test("ends at once and empty when no agent has the log", async () => {
  await agent(() => undefined);
  await agent(() => undefined);
  const startedAtMs = Date.now();
  expect(await collect(new RedisLogSource(redis).requestLogs(task, { follow: false }, stays))).toEqual([]);
  expect(Date.now() - startedAtMs).toBeLessThan(logLimits.answerWithinMs);
});

test("says so when no agent of the pool is connected", async () => {
  const source = new RedisLogSource(redis, { answerWithinMs: 50 });
  await expect(collect(source.requestLogs(task, { follow: true }, stays))).rejects.toThrow(
    'no agent of pool "default" is connected, so nobody has the log of task w.n.0: is one running?',
  );
});

test("passes on why a log broke off, after the lines before", async () => {
  await agent(async function* () {
    yield line(0);
    throw new Error("the disk is gone");
  });
  const read: LogLine[] = [];
  const reading = (async () => {
    for await (const one of new RedisLogSource(redis).requestLogs(task, { follow: true }, stays)) read.push(one);
  })();
  await expect(reading).rejects.toThrow("the log of task w.n.0 ended early: the disk is gone");
  expect(read).toEqual([line(0)]);
});

test("follows: a line is seen while the log goes on", async () => {
  const more = Promise.withResolvers<void>();
  await agent(async function* () {
    yield line(0);
    await more.promise;
    yield line(1);
  });
  const reading = new RedisLogSource(redis).requestLogs(task, { follow: true }, stays);
  expect(await reading.next()).toMatchObject({ value: line(0) });
  more.resolve();
  expect(await reading.next()).toMatchObject({ value: line(1) });
  expect(await reading.next()).toMatchObject({ done: true });
});

test("the agent reads no further than the reader, and stops when the reader leaves", async () => {
  let produced = 0;
  const stopped = Promise.withResolvers<void>();
  await agent((_, __, signal) => {
    signal.addEventListener("abort", () => stopped.resolve());
    return (async function* () {
      for (;;) {
        yield line(produced);
        produced++;
      }
    })();
  });
  const reading = new RedisLogSource(redis).requestLogs(task, { follow: true }, stays);
  expect(await reading.next()).toMatchObject({ value: line(0) });
  const requestId = /log:([^}]+)/.exec((await redis.keys("{log:*}:lines"))[0] ?? "")?.[1] ?? "";
  // The reader takes no more: production comes to rest when the stream is full.
  let before = -1;
  while (before !== produced) {
    before = produced;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  expect(await redis.xlen(keys.logLines(requestId))).toBeLessThanOrEqual(logLimits.chunksWaitingMax + 1);
  expect(produced).toBeLessThan((2 * logLimits.chunksWaitingMax + 20) * logLimits.linesPerChunkMax);
  await reading.return();
  await stopped.promise;
});

test("a silent log that is followed ends for the agent when the reader leaves", async () => {
  const stopped = Promise.withResolvers<void>();
  await agent((_, __, signal) => {
    signal.addEventListener("abort", () => stopped.resolve());
    return (async function* () {
      yield line(0);
      await new Promise(() => undefined);
    })();
  });
  const leave = new AbortController();
  const reading = new RedisLogSource(redis).requestLogs(task, { follow: true }, leave.signal);
  expect(await reading.next()).toMatchObject({ value: line(0) });
  leave.abort();
  expect(await reading.next()).toMatchObject({ done: true });
  await stopped.promise;
});
