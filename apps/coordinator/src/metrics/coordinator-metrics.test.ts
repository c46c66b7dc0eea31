import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createHttpServer } from "../http/server.ts";
import { FakeWorld } from "../http/testing/fake-world.ts";
import { hello } from "../http/testing/manifests.ts";
import { CoordinatorMetrics } from "./coordinator-metrics.ts";

async function served() {
  const world = new FakeWorld();
  const metrics = new CoordinatorMetrics();
  const dependencies = world.dependencies({ metrics });
  metrics.follow({ ...dependencies, shards: () => 3, cachedNodes: () => 7 });
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
    metrics.committed({ workflows: 1, nodes: 5, commands: 2, ended: ["Failed"], durationMs: 4 });
    metrics.fenced();
    metrics.countingLogger({ debug() {}, info() {}, warn() {}, error() {} }).warn({}, "so so");
    const text = await scrape();
    expect(text).toContain('argo_workflows_gauge{phase="Running"} 1');
    expect(text).toContain('argo_workflows_total_count{phase="Failed"} 1');
    expect(text).toContain('capstan_committed_total{what="node"} 5');
    expect(text).toContain("capstan_commits_fenced_total 1");
    expect(text).toContain('argo_workflows_log_messages{level="warn"} 1');
    expect(text).toContain("capstan_shards_owned 3");
    expect(text).toMatch(
      /capstan_http_request_duration_seconds_count\{route="\/api\/v1\/workflows\/:namespace",method="POST",status="200"\} 1/,
    );
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
