import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { AgentMetrics } from "./agent-metrics.ts";
import { serveMetrics } from "./metrics-server.ts";

function followed(): AgentMetrics {
  const metrics = new AgentMetrics();
  metrics.follow({ running: () => 3, room: () => 5, unconfirmed: () => 2, version: "1.2.3" });
  return metrics;
}

test("exposes what docs/metrics.md names of agents, and nothing else of ours", async () => {
  const exposed = [...(await followed().registry.metrics()).matchAll(/^# TYPE ((?:argo|capstan)_\w+)/gm)];
  const page = readFileSync(new URL("../../../../docs/metrics.md", import.meta.url), "utf8");
  const [, ofAgents = ""] = page.split("\n## Of agents\n");
  const named = [...ofAgents.matchAll(/^\| `((?:argo|capstan)_\w+)`/gm)].map(([, name]) => name);
  expect(exposed.map(([, name]) => name).sort()).toEqual(named.sort());
});

test("follows Pods by phase, requests without names, tasks and reports", async () => {
  const metrics = followed();
  const pod = (phase: "Running" | "Succeeded") => ({ metadata: { name: "evil" }, status: { phase } });
  metrics.podSeen("ns/a", { metadata: { name: "a" } });
  for (const phase of ["Running", "Running", "Succeeded"] as const) metrics.podSeen("ns/a", pod(phase));
  metrics.podSeen("ns/b", pod("Running"));
  metrics.podSeen("ns/c", pod("Running"));
  metrics.podSeen("ns/c", undefined);
  metrics.requestAnswered({ method: "GET", path: "/api/v1/namespaces/evil/pods/evil/log", status: 200, durationMs: 7 });
  metrics.taskEnded({ phase: "Failed", startedAtMs: 1_000, finishedAtMs: 3_000 });
  metrics.taskRefused();
  metrics.redisFailed();
  const text = await metrics.registry.metrics();
  for (const line of [
    'argo_workflows_pods_gauge{phase="Pending"} 0',
    'argo_workflows_pods_gauge{phase="Running"} 1',
    'argo_workflows_pods_gauge{phase="Succeeded"} 1',
    'argo_workflows_pods_total_count{phase="Running"} 3',
    'argo_workflows_k8s_request_total{kind="pods/log",verb="GET",status_code="200"} 1',
    'capstan_agent_task_duration_seconds_sum{phase="Failed"} 2',
    "capstan_agent_tasks_refused_total 1",
    "capstan_agent_redis_errors_total 1",
    "capstan_agent_tasks_running 3",
    "capstan_agent_room 5",
    "capstan_agent_reports_unconfirmed 2",
    'argo_workflows_version{version="1.2.3"} 1',
  ])
    expect(text).toContain(`\n${line}\n`);
  expect(text).not.toContain("evil");
});

test("is served at its address alone", async () => {
  const server = await serveMetrics("127.0.0.1:0", followed().registry);
  if (!server.ok) throw new Error(server.error);
  const at = (path: string) => fetch(`http://127.0.0.1:${server.value.port}${path}`);
  expect(await (await at("/metrics")).text()).toContain("capstan_agent_room 5");
  expect((await at("/")).status).toBe(404);
  const again = await serveMetrics(`127.0.0.1:${server.value.port}`, followed().registry);
  expect(again).toMatchObject({ ok: false, error: expect.stringContaining("cannot be listened on") });
  server.value.stop();
});

test.each(["7418", "host", "host:99999"])("%s is no address", async (address) => {
  expect(await serveMetrics(address, followed().registry)).toMatchObject({
    ...{ ok: false, error: expect.stringContaining("--metrics-address takes HOST:PORT") },
  });
});
