import { readFileSync } from "node:fs";
import { type RunningSystem, startSystem } from "../system/start-system.ts";
import { type BenchRow, quantile } from "./report.ts";
import { chainWorkflow, fanOutWorkflow, helloWorkflow } from "./workflows.ts";

const namespace = "bench";

/** Coordinator, Redis, BullMQ and one agent with a runtime that does nothing: what the engine itself costs. */
export async function runWholePathBench(rawJobsPerSecond: number): Promise<readonly BenchRow[]> {
  const system = await startSystem({ runtime: "noop", concurrency: 100 });
  try {
    await finish(system, await submit(system, fanOutWorkflow(200)));
    const throughput = await measureThroughput(system, 10, 1_000);
    const latencies = await measureLatencies(system, 200);
    const stepMs = await measureChain(system, 40, 10);
    const large = await measureLargeWorkflow(system, 100_000);
    const ratio = throughput / rawJobsPerSecond;
    const p50 = quantile(latencies, 0.5);
    return [
      {
        name: "whole path: tasks a second (10 workflows of 1,000)",
        value: throughput,
        unit: "tasks/s",
        target: ">= 1,500",
        reached: throughput >= 1_500,
      },
      { name: "whole path: ratio to raw BullMQ add + process", value: ratio, unit: "x" },
      { name: "submit to first task started, p50", value: p50, unit: "ms", target: "< 15", reached: p50 < 15 },
      { name: "submit to first task started, p99", value: quantile(latencies, 0.99), unit: "ms" },
      {
        name: "chain of 40: a step, p50 of 10 chains",
        value: stepMs,
        unit: "ms",
        target: "< 10",
        reached: stepMs < 10,
      },
      { name: "100,000 tasks in one workflow", value: large.tasksPerSecond, unit: "tasks/s" },
      {
        name: "100,000 tasks: coordinator's peak memory",
        value: large.peakMiB,
        unit: "MiB",
        target: "< 1,024",
        reached: large.peakMiB < 1_024,
      },
    ];
  } finally {
    await system.stop();
  }
}

async function submit(system: RunningSystem, workflow: object): Promise<string> {
  const response = await fetch(`${system.url}/api/v1/workflows/${namespace}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ workflow }),
  });
  const body = (await response.json()) as { readonly metadata?: { readonly name: string }; readonly message?: string };
  if (!response.ok || body.metadata === undefined)
    throw new Error(`submit failed: ${response.status} ${body.message ?? ""}`);
  return body.metadata.name;
}

interface Times {
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly firstTaskStartedAtMs: number;
}

/** Follows a workflow's changes to its end (returning ends the stream); times are the engine's own, in ms. */
async function finish(system: RunningSystem, name: string): Promise<Times> {
  const response = await fetch(`${system.url}/api/v1/capstan/workflows/${namespace}/${name}/changes`);
  let text = "";
  let firstTaskStartedAtMs = Number.POSITIVE_INFINITY;
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const change = readChange(event);
      for (const node of change.nodes ?? []) {
        if (node.type === "Pod" && node.startedAtMs !== undefined)
          firstTaskStartedAtMs = Math.min(firstTaskStartedAtMs, node.startedAtMs);
      }
      const header = change.header;
      if (header?.finishedAtMs === undefined) continue;
      if (header.phase !== "Succeeded") throw new Error(`${name} ended ${header.phase}: ${header.message ?? ""}`);
      return { startedAtMs: header.startedAtMs ?? 0, finishedAtMs: header.finishedAtMs, firstTaskStartedAtMs };
    }
  }
  throw new Error(`the changes of ${name} ended before the workflow did`);
}

interface Change {
  readonly header?: {
    readonly phase: string;
    readonly message?: string;
    readonly startedAtMs?: number;
    readonly finishedAtMs?: number;
  };
  readonly nodes?: readonly { readonly type: string; readonly startedAtMs?: number }[];
}

function readChange(event: string): Change {
  const data = event
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5))
    .join("\n");
  return data === "" ? {} : (JSON.parse(data) as Change);
}

async function measureThroughput(system: RunningSystem, workflows: number, tasks: number): Promise<number> {
  const startedAtMs = Date.now();
  const names = await Promise.all(Array.from({ length: workflows }, () => submit(system, fanOutWorkflow(tasks))));
  await Promise.all(names.map((name) => finish(system, name)));
  return (workflows * tasks * 1_000) / (Date.now() - startedAtMs);
}

async function measureLatencies(system: RunningSystem, runs: number): Promise<readonly number[]> {
  const latencies: number[] = [];
  for (let run = 0; run < runs; run++) {
    const sentAtMs = Date.now();
    const times = await finish(system, await submit(system, helloWorkflow()));
    latencies.push(times.firstTaskStartedAtMs - sentAtMs);
  }
  return latencies;
}

async function measureChain(system: RunningSystem, steps: number, runs: number): Promise<number> {
  const perStep: number[] = [];
  for (let run = 0; run < runs; run++) {
    const times = await finish(system, await submit(system, chainWorkflow(steps)));
    perStep.push((times.finishedAtMs - times.startedAtMs) / steps);
  }
  return quantile(perStep, 0.5);
}

async function measureLargeWorkflow(
  system: RunningSystem,
  tasks: number,
): Promise<{ readonly tasksPerSecond: number; readonly peakMiB: number }> {
  const startedAtMs = Date.now();
  await finish(system, await submit(system, fanOutWorkflow(tasks)));
  const seconds = (Date.now() - startedAtMs) / 1_000;
  const status = readFileSync(`/proc/${system.coordinator.pid}/status`, "utf8");
  const peakKiB = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN);
  return { tasksPerSecond: tasks / seconds, peakMiB: peakKiB / 1_024 };
}
