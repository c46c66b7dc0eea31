import { createRedis } from "@capstan/redis";
import { aWorkflow, startRedis } from "@capstan/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningCoordinator, startCoordinator } from "./compose.ts";
import type { CoordinatorConfig } from "./config.ts";
import { silentLogger } from "./logger.ts";

let redis: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

function configOf(ownerId: string, shardCount = 8): CoordinatorConfig {
  return {
    ...{ redisUrl: redis.url, shardCount, ownerId, host: "127.0.0.1", port: 0 },
    ...{ defaultPool: "default", logLevel: "error" },
  };
}

async function start(ownerId: string): Promise<RunningCoordinator> {
  const started = await startCoordinator(configOf(ownerId), silentLogger);
  if (!started.ok) throw new Error(started.error);
  return started.value;
}

/** Asks until the answer is as wanted; fails by the test's own timeout. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("a coordinator on Redis", () => {
  test("is ready with all shards, runs a submitted workflow, and hands over when it stops", async () => {
    const first = await start("first");
    expect(first.shards).toHaveLength(8);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    const { workflow } = aWorkflow("waits").suspend("main").bundle();
    const submitted = await fetch(`${first.url}/api/v1/workflows/default`, {
      method: "POST",
      body: JSON.stringify({ workflow: { ...workflow, metadata: { name: "waits" } } }),
    });
    expect(submitted.status).toBe(200);
    const second = await start("second");
    const phaseOf = async (url: string): Promise<string> => {
      const answer = await fetch(`${url}/api/v1/workflows/default/waits`);
      const object = (await answer.json()) as { readonly status?: { readonly phase?: string } };
      return object.status?.phase ?? "";
    };
    await until(
      () => phaseOf(second.url),
      (phase) => phase === "Running",
    );
    await first.stop();
    await until(
      async () => second.shards.length,
      (count) => count === 8,
    );
    const resumed = await fetch(`${second.url}/api/v1/workflows/default/waits/resume`, { method: "PUT", body: "{}" });
    expect(resumed.status).toBe(200);
    await until(
      () => phaseOf(second.url),
      (phase) => phase === "Succeeded",
    );
    await second.stop();
  }, 20_000);

  test("stops within its grace although Redis answers nothing any more", async () => {
    const running = await start("alone");
    const { workflow } = aWorkflow("waits-for-an-agent").container("main").bundle();
    await fetch(`${running.url}/api/v1/workflows/default`, { method: "POST", body: JSON.stringify({ workflow }) });
    const connection = createRedis(redis.url, "api");
    await until(
      () => connection.zcard("{capstan:default}:tasks:prioritized"),
      (count) => count === 1,
    );
    connection.disconnect();
    process.kill(redis.pid, "SIGSTOP");
    try {
      await running.stop(200);
    } finally {
      process.kill(redis.pid, "SIGCONT");
    }
  }, 20_000);

  test("refuses an installation with another number of shards", async () => {
    const running = await start("one");
    expect(await startCoordinator(configOf("two", 16), silentLogger)).toMatchObject({
      ok: false,
      error: expect.stringContaining("8 shards"),
    });
    await running.stop();
  });
});
