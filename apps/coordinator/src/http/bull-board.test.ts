import { createRedis, RawQueues, type RedisClient } from "@capstan/redis";
import { startRedis } from "@capstan/testkit";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boardRefusal, bullBoardPath } from "./bull-board.ts";
import { createHttpServer } from "./server.ts";
import { FakeWorld } from "./testing/fake-world.ts";

let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: RedisClient;
let rawQueues: RawQueues;
let server: FastifyInstance;

beforeAll(async () => {
  redisServer = await startRedis();
  redis = createRedis(redisServer.url, "api");
  await redis.zadd("{queues}:pools", Date.now(), "gpu");
  rawQueues = new RawQueues(redis);
  server = await createHttpServer(new FakeWorld().dependencies({ rawQueues }));
});
afterAll(async () => {
  await server.close();
  await rawQueues.close();
  redis.disconnect();
  await redisServer.stop();
});

const get = (path: string) => server.inject({ method: "GET", url: `${bullBoardPath}${path}` });

describe("the board's page", () => {
  test.each([
    ["", "./bull/"],
    ["/", "./"],
    ["/queue/gpu%20tasks", "../"],
  ])("at %j has the base %j, so that it works below any prefix, and asks nobody else", async (path, base) => {
    const { body, headers } = await get(path);
    expect(body).toContain(`<base href="${base}"><script src="base.js"></script>`);
    expect(body).not.toMatch(/(src|href)="https?:/);
    expect(headers["content-security-policy"]).toMatch(/script-src 'self';/);
  });

  test("finds its files and its base's script", async () => {
    const { body } = await get("/");
    const files = [...body.matchAll(/(?:src|href)="((?:static|base)[^"]*)"/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await get(`/${file}`)).statusCode).toBe(200);
  });
});

test("the pools' queues are shown", async () => {
  const { queues } = (await get("/api/queues")).json();
  expect(queues).toMatchObject([{ name: "gpu tasks", displayName: "gpu" }]);
});

test("the queue of a pool can be paused and goes on", async () => {
  const put = (verb: string) =>
    server.inject({ method: "PUT", url: `${bullBoardPath}/api/queues/gpu%20tasks/${verb}` });
  const queue = (await rawQueues.list()).get("gpu");
  expect([(await put("pause")).statusCode, await queue?.isPaused()]).toEqual([200, true]);
  expect([(await put("resume")).statusCode, await queue?.isPaused()]).toEqual([200, false]);
});

test.each([
  ["GET", "/api/queues", true],
  ["PUT", "/api/queues/gpu%20tasks/pause", true],
  ["PUT", "/api/queues/resume", true],
  ["PUT", "/api/queues/gpu%20tasks/retry/failed", true],
  ["PUT", "/api/queues/gpu%20tasks/clean/failed", true],
  ["PUT", "/api/queues/gpu%20tasks/u.n.1/retry", true],
  ["PUT", "/api/queues/gpu%20tasks/u.n.1/clean", false],
  ["PUT", "/api/queues/gpu%20tasks/clean/prioritized", false],
  ["PUT", "/api/queues/gpu%20tasks/retry/completed", false],
  ["PUT", "/api/queues/gpu%20tasks/empty", false],
  ["PUT", "/api/queues/gpu%20tasks/obliterate", false],
  ["PUT", "/api/queues/gpu%20tasks/rate-limit", false],
  ["POST", "/api/queues/gpu%20tasks/add", false],
  ["PATCH", "/api/queues/gpu%20tasks/u.n.1/update-data", false],
])("%s %s: allowed %s", (method, path, allowed) => expect(boardRefusal(method, path) === undefined).toBe(allowed));

test("what would lose tasks is refused, as are requests of other sites", async () => {
  const url = `${bullBoardPath}/api/queues/gpu%20tasks/obliterate`;
  expect((await server.inject({ method: "PUT", url })).statusCode).toBe(403);
  const headers = { "sec-fetch-site": "cross-site", host: "localhost" };
  const pause = { method: "PUT", url: `${bullBoardPath}/api/queues/gpu%20tasks/pause`, headers } as const;
  expect((await server.inject(pause)).statusCode).toBe(403);
});
