import { describe, expect, test } from "vitest";
import { parseConfig } from "./config.ts";

describe("the command line", () => {
  test("has defaults for everything", () => {
    expect(parseConfig([], {})).toMatchObject({
      ok: true,
      value: { redisUrl: "redis://127.0.0.1:6379", shardCount: 64, port: 2746, host: "127.0.0.1", logLevel: "info" },
    });
  });

  test("takes what is given, before the environment", () => {
    const environment = { CAPSTAN_REDIS: "redis://elsewhere:1" };
    expect(parseConfig([], environment)).toMatchObject({ value: { redisUrl: "redis://elsewhere:1" } });
    const args = [
      "--redis",
      "rediss://r:2",
      "--redis-ca",
      "ca.crt",
      "--shards",
      "8",
      "--port",
      "0",
      "--owner-id",
      "c1",
      "--log-level",
      "warn",
    ];
    expect(parseConfig(args, environment)).toMatchObject({
      value: {
        redisUrl: "rediss://r:2",
        redisCaFile: "ca.crt",
        shardCount: 8,
        port: 0,
        ownerId: "c1",
        logLevel: "warn",
      },
    });
    expect(parseConfig(["-h"], {})).toEqual({ ok: true, value: "help" });
  });

  test.each([
    [["--shards", "0"], "--shards 0: not a whole number from 1 to 16384"],
    [["--port", "http"], "--port http: not a whole number from 0 to 65535"],
    [["--owner-id", "a b"], "--owner-id 'a b': must not be empty or hold spaces"],
    [
      ["--default-pool", "a=b"],
      '--default-pool: capstan.dev/pool: "a=b" is no name: letters, digits, "-", "_" and ".", at most 63',
    ],
    [["--log-level", "loud"], "--log-level loud: not one of debug, info, warn, error"],
  ])("refuses %j", (args, error) => {
    expect(parseConfig(args, {})).toEqual({ ok: false, error });
  });

  test("refuses what it does not know", () => {
    expect(parseConfig(["--shard", "8"], {})).toMatchObject({ ok: false });
  });
});
