import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type RunningSystem, startSystem } from "../system/start-system.ts";

const shards = 4;
const patience = { timeout: 60_000, interval: 100 };

let system: RunningSystem;
beforeEach(async () => {
  system = await startSystem({ runtime: "noop", concurrency: 4, shards });
});
afterEach(() => system.stop());

const hello = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { name: "hello" },
  spec: { entrypoint: "main", templates: [{ name: "main", container: { image: "busybox", command: ["true"] } }] },
};

/** Each line of what is exposed, by its name with its labels. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${system.url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

test("metrics tell of a workflow whose agent was away: that it waits, and afterwards how long it did", {
  timeout: 120_000,
}, async () => {
  await system.agent.kill();
  const body = JSON.stringify({ workflow: hello });
  expect((await fetch(`${system.url}/api/v1/workflows/default`, { method: "POST", body })).status).toBe(200);
  const waited = await vi.waitFor(async () => {
    const seconds = (await scrape()).get('capstan_pool_oldest_wait_seconds{queue_name="default"}') ?? 0;
    expect(seconds).toBeGreaterThan(1);
    return seconds;
  }, patience);
  expect((await scrape()).has('argo_workflows_queue_latency_count{queue_name="default"}')).toBe(false);
  system.agent.start();
  const metrics = await vi.waitFor(async () => {
    const found = await scrape();
    expect(found.get('argo_workflows_total_count{phase="Succeeded"}')).toBe(1);
    return found;
  }, patience);
  expect(metrics.get('argo_workflows_queue_latency_count{queue_name="default"}')).toBe(1);
  expect(metrics.get('argo_workflows_queue_latency_sum{queue_name="default"}')).toBeGreaterThan(waited);
  expect(metrics.get("capstan_workflow_start_seconds_count")).toBe(1);
  expect(metrics.get("capstan_workflow_start_seconds_sum")).toBeGreaterThan(waited);
  await vi.waitFor(async () => {
    const found = await scrape();
    for (let shard = 0; shard < shards; shard++) {
      expect(found.get(`capstan_inbox_lag_seconds{shard="${shard}"}`)).toBe(0);
      expect(found.get(`capstan_outbox_lag_seconds{shard="${shard}"}`)).toBe(0);
    }
  }, patience);
});
