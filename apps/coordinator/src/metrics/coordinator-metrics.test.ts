import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createHttpServer } from "../http/server.ts";
import { FakeWorld } from "../http/testing/fake-world.ts";
import { hello } from "../http/testing/manifests.ts";
import { CoordinatorMetrics } from "./coordinator-metrics.ts";

const lags = async () => [{ shard: 2, inboxMs: 1_500, outboxMs: 0 }];
const begun = [
  { pool: "gpu", waitedMs: 500, sinceSubmitMs: 3_000 },
  { pool: "gpu", waitedMs: 2_000 },
];

async function served() {
  const world = new FakeWorld();
  const metrics = new CoordinatorMetrics();
  const dependencies = world.dependencies({ metrics });
  metrics.follow({ ...dependencies, shards: () => 3, cachedNodes: () => 7, lags });
  const server = await createHttpServer(dependencies);
  const scrape = async () => (await server.inject({ url: "/metrics" })).body;
  return { world, metrics, server, scrape };
}

describe("/metrics", () => {
  test("exposes what docs/metrics.md names, and nothing else of ours", async () => {
    const { server, scrape } = await served();
    const exposed = [...(await scrape()).matchAll(/^# TYPE ((?:argo|capstan)_\w+)/gm)].map(([, name]) => name);
    const page = readFileSync(new URL("../../../../docs/metrics.md", import.meta.url), "utf8");
    const [ofCoordinators = ""] = page.split("\n## Of agents\n");
    const named = [...ofCoordinators.matchAll(/^\| `((?:argo|capstan)_\w+)`/gm)].map(([, name]) => name);
    expect(exposed.sort()).toEqual(named.sort());
    await server.close();
  });

  test("follows workflows, commits, logs and answers", async () => {
    const { server, metrics, scrape } = await served();
    await server.inject({
      method: "POST",
      url: "/api/v1/workflows/default",
      payload: JSON.stringify({ workflow: hello() }),
    });
    metrics.committed({ workflows: 1, nodes: 5, commands: 2, ended: ["Failed"], begun, durationMs: 4 });
    metrics.fenced();
    metrics.countingLogger({ debug() {}, info() {}, warn() {}, error() {} }).warn({}, "so so");
    const text = await scrape();
    expect(text).toContain('argo_workflows_gauge{phase="Running"} 1');
    expect(text).toContain('argo_workflows_total_count{phase="Failed"} 1');
    expect(text).toContain('capstan_committed_total{what="node"} 5');
    expect(text).toContain('argo_workflows_queue_latency_sum{queue_name="gpu"} 2.5');
    expect(text).toContain('argo_workflows_queue_latency_count{queue_name="gpu"} 2');
    expect(text).toContain("capstan_workflow_start_seconds_sum 3");
    expect(text).toContain('capstan_inbox_lag_seconds{shard="2"} 1.5');
    expect(text).toContain('capstan_outbox_lag_seconds{shard="2"} 0');
    expect(text).toContain("capstan_commits_fenced_total 1");
    expect(text).toContain('argo_workflows_log_messages{level="warn"} 1');
    expect(text).toContain("capstan_shards_owned 3");
    expect(text).toMatch(
      /capstan_http_request_duration_seconds_count\{route="\/api\/v1\/workflows\/:namespace",method="POST",status="200"\} 1/,
    );
    await server.close();
  });

  test("does not grow with the pools that manifests name", async () => {
    const { server, metrics, scrape } = await served();
    const many = Array.from({ length: 1_000 }, (_, index) => ({ pool: `pool-${index}`, waitedMs: 1 }));
    metrics.committed({ workflows: 1, nodes: 1, commands: 0, ended: [], begun: many, durationMs: 1 });
    const text = await scrape();
    expect(text.match(/argo_workflows_queue_latency_count/g)?.length).toBe(201);
    expect(text).toContain('argo_workflows_queue_latency_count{queue_name="others"} 800');
    await server.close();
  });

  test("has no label that a client can invent", async () => {
    const { server, scrape } = await served();
    await server.inject({ url: "/api/v1/workflows/default/%22%7D%0Aevil%20name" });
    await server.inject({ url: "/api/v1/invented/by/somebody" });
    expect(await scrape()).not.toMatch(/evil|invented/);
    await server.close();
  });
});
