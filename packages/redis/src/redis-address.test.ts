import { readFileSync } from "node:fs";
import { startTlsRedis, type TlsRedisServer } from "@capstan/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRedis, openBeside } from "./connection.ts";
import { readRedisAddress } from "./redis-address.ts";

let server: TlsRedisServer;
beforeAll(async () => {
  server = await startTlsRedis();
});
afterAll(() => server.stop());

describe("a Redis whose certificate a private authority signed", () => {
  test("is spoken with by who knows the authority, on every connection", async () => {
    const address = readRedisAddress(server.url, server.caFile);
    if (!address.ok) throw new Error(address.error);
    const redis = createRedis(address.value, "worker");
    const beside = openBeside(redis);
    expect([await redis.ping(), await beside.ping()]).toEqual(["PONG", "PONG"]);
    for (const connection of [redis, beside]) connection.disconnect();
  });

  test("is not spoken with by others: who shows an unknown certificate is not Redis", async () => {
    const problem = Promise.withResolvers<string>();
    const onError = (error: Error): void => problem.resolve(error.message);
    const redis = createRedis({ url: server.url, onError }, "worker");
    expect(await problem.promise).toMatch(/unable to verify|self.signed/i);
    redis.disconnect();
  });
});

describe("what is said of Redis", () => {
  test("is the address, and the authority where one is named", () => {
    expect(readRedisAddress("redis://r:1", undefined)).toEqual({ ok: true, value: { url: "redis://r:1" } });
    const ca = readFileSync(server.caFile, "utf8");
    expect(readRedisAddress("rediss+cluster://r:1,s:1", server.caFile)).toEqual({
      ok: true,
      value: { url: "rediss+cluster://r:1,s:1", ca },
    });
  });

  test.each([
    {
      url: "u:secret@localhost:6379",
      caFile: undefined,
      error: /--redis u:…@localhost:6379: not a redis:\/\/ address/,
    },
    { url: "redis://r:1", caFile: "ca.crt", error: /--redis-ca needs TLS/ },
    { url: "rediss://r:1", caFile: "/nowhere/ca.crt", error: /--redis-ca \/nowhere\/ca\.crt: ENOENT/ },
    { url: "rediss://r:1", caFile: import.meta.filename, error: /holds no PEM certificate/ },
  ])("$url with $caFile is a mistake", ({ url, caFile, error }) => {
    const read = readRedisAddress(url, caFile);
    expect(read.ok ? "" : read.error).toMatch(error);
  });
});
