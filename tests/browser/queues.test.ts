import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRedis, type RedisClient } from "@capstan/redis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { whyNoBrowser } from "./chromium.ts";
import { shell } from "./scenes.ts";
import { Stage } from "./stage.ts";

/** More than the agent has room for. */
const taskCount = 12;

describe.skipIf(whyNoBrowser())("the queues", () => {
  let stage: Stage;
  let folder: string;
  let redis: RedisClient;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "capstan-queues-"));
    stage = await Stage.set();
    redis = createRedis(stage.system.redis.url, "api");
  });
  afterEach(() => stage.closePages());
  afterAll(async () => {
    redis.disconnect();
    await stage.strike();
    await rm(folder, { recursive: true });
  });

  it("say what waits, what runs next and why, and empty when the work is done", async () => {
    const gate = join(folder, "gate");
    const tasks = Array.from({ length: taskCount }, (_, index) => ({ name: `t${index}`, template: "wait" }));
    const templates = [{ name: "main", dag: { tasks } }, shell("wait", `until test -e ${gate}; do sleep 0.1; done`)];
    await stage.api.submit({ metadata: { name: "crowd" }, spec: { entrypoint: "main", templates } });
    const { page, faults } = await stage.open("/queues");
    try {
      const pool = page.getByRole("row").filter({ has: page.getByRole("link", { name: "default", exact: true }) });
      await pool.getByText("4", { exact: true }).waitFor();
      const next = page.getByRole("region", { name: "What runs next in the pool default" });
      const waiting = next.getByRole("link", { name: /^crowd\.t\d+$/ });
      await expect.poll(() => waiting.count(), { timeout: 30_000 }).toBe(taskCount - 8);
      await next
        .getByText(/^P [=<>]/)
        .first()
        .click();
      await next.getByText("critical path").first().waitFor();
    } finally {
      // Else the agent would have no room for what comes next.
      await writeFile(gate, "");
    }
    await page.getByRole("heading", { name: "Nothing waits here" }).waitFor();
    await stage.api.until("crowd", "Succeeded");
    expect(faults).toEqual([]);
  });

  it("tell of steps between two attempts: how many they had, when the next is due, what went wrong", async () => {
    const retryStrategy = { limit: 3, backoff: { duration: "1h" } };
    await stage.api.submit({
      metadata: { name: "patient" },
      spec: { entrypoint: "main", templates: [shell("main", "exit 9", { retryStrategy })] },
    });
    const { page } = await stage.open("/queues");
    const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "patient", exact: true }) });
    await row.getByText("1 failed").waitFor();
    await row.getByText(/^in 59 m|^in 1 h/).waitFor();
    await row.getByText(/exit code 9/).waitFor();
  });

  it("have dead letters, which are put back or dropped, and asked about before", async () => {
    for (const text of ["first", "second"])
      await redis.xadd("{s3}:dead", "*", "uid", "w", "event", text, "why", `${text} is bad`);
    const { page, faults } = await stage.open("/queues");
    const row = (text: string) => page.getByRole("row").filter({ hasText: `${text} is bad` });
    await row("first").getByRole("button", { name: "Drop" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Drop" }).click();
    await row("first").waitFor({ state: "detached" });
    await row("second").getByRole("button", { name: "Put back" }).click();
    // Nobody can read it now either, so it is put aside again, for a reason of today.
    await page.getByRole("row").filter({ hasText: "it is not JSON" }).waitFor();
    expect(await row("second").count()).toBe(0);
    expect(faults).toEqual([]);
  });
});
