import type { Task, Template } from "@capstan/core";
import { aTask } from "@capstan/testkit/suites";
import type { ContainerStatus, Pod, PodStatus } from "../objects.ts";
import type { PodContext } from "../pod/build-pod.ts";

export function podTask(template: Template, changes: Partial<Task> = {}): Task {
  return {
    ...aTask("uid-1", "wf-123", 0),
    workflowName: "wf",
    podName: "wf-main-123",
    attempt: 1,
    template,
    ...changes,
  };
}

/** A template that runs a line of shell. */
export function aShell(line: string, more: Partial<Template> = {}): Template {
  return { container: { image: "busybox", command: ["sh", "-c"], args: [line] }, ...more };
}

export function podContext(changes: Partial<PodContext> = {}): PodContext {
  return {
    agentName: "node-1",
    imageConfig: () => undefined,
    supervisor: { image: "capstan/supervisor:1" },
    transfer: { host: "10.0.0.1", port: 7417, token: "secret" },
    captureStdout: false,
    nowMs: 1_000_000,
    ...changes,
  };
}

export function aPod(status: PodStatus, annotations: Record<string, string> = {}): Pod {
  return { metadata: { name: "wf-main-123", namespace: "default", annotations }, spec: { nodeName: "node-1" }, status };
}

export const startedAt = "2026-01-01T00:00:10Z";
export const finishedAt = "2026-01-01T00:00:20Z";

export function ended(name: string, exitCode: number, more: object = {}): ContainerStatus {
  const reason = exitCode === 0 ? "Completed" : "Error";
  return { name, state: { terminated: { exitCode, reason, startedAt, finishedAt, ...more } } };
}

export function running(name: string, ready = true): ContainerStatus {
  return { name, ready, state: { running: { startedAt } } };
}

export function waiting(name: string, reason: string, message?: string): ContainerStatus {
  return { name, state: { waiting: { reason, ...(message !== undefined && { message }) } } };
}
