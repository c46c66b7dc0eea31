import type { PodSnapshot } from "@capstan/core";
import type { Pod } from "@capstan/kubernetes";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aShell, aTask } from "../../testing/a-task.ts";
import { KubernetesHarness } from "../../testing/kubernetes-harness.ts";
import type { KubernetesRuntime } from "./kubernetes-runtime.ts";

const agentName = "1a2b.default.node-1";
const observer = { started: () => undefined, progressed: () => undefined };
const task = aTask(aShell("true"), { captureResult: false });
const uid = `uid-of-${task.podName}`;
const pulled = { type: "Normal", reason: "Pulled", message: "it was there", lastTimestamp: "2026-01-01T00:00:20Z" };
const scheduled = { type: "Normal", reason: "Scheduled", message: "to node-1", lastTimestamp: "2026-01-01T00:00:10Z" };

let harness: KubernetesHarness;
beforeEach(async () => {
  harness = await KubernetesHarness.start();
});
afterEach(() => harness.stop());

/** An agent whose task has its Pod. */
async function anAgent(): Promise<KubernetesRuntime> {
  const agent = await harness.open(agentName, [task.id]);
  await agent.start(task, observer);
  await expect.poll(() => agent.hasLogs(task.id)).toBe(true);
  return agent;
}

async function shownBy(agent: KubernetesRuntime): Promise<PodSnapshot | undefined> {
  return agent.pod(task.id);
}

function end(): void {
  const pod = harness.api.pods.get(task.podName) as Pod;
  harness.api.put({ ...pod, status: { phase: "Succeeded", reason: "because" } });
}

test("a Pod is shown as it is in its cluster, with its events in order", async () => {
  const agent = await anAgent();
  harness.api.events.set(uid, [pulled, scheduled]);
  expect(await shownBy(agent)).toMatchObject({
    ...{ kind: "pod", isGone: false },
    pod: { kind: "Pod", metadata: { name: task.podName, uid }, spec: { containers: [{ image: "busybox" }] } },
    events: [{ reason: "Scheduled" }, { reason: "Pulled", count: 1 }],
  });
  expect(JSON.stringify(await shownBy(agent))).not.toContain('capstan.dev/task"');
});

test("a Pod that is gone is shown as it ended, and its events while the cluster has them", async () => {
  const agent = await anAgent();
  harness.api.events.set(uid, [pulled]);
  end();
  harness.api.remove(task.podName);
  await expect.poll(() => agent.hasLogs(task.id)).toBe(false);
  expect(await shownBy(agent)).toMatchObject({
    ...{ kind: "pod", isGone: true, seenAtMs: expect.any(Number) },
    pod: { metadata: { uid }, spec: { containers: [{ image: "busybox" }] }, status: { reason: "because" } },
    events: [{ reason: "Pulled" }],
  });
});

test("a Pod that goes before it ends is shown as it began", async () => {
  const agent = await anAgent();
  harness.api.remove(task.podName);
  await expect.poll(() => agent.hasLogs(task.id)).toBe(false);
  expect(await shownBy(agent)).toMatchObject({ isGone: true, pod: { spec: { containers: [{ image: "busybox" }] } } });
});

test("a successor shows what its predecessor kept", async () => {
  const agent = await anAgent();
  end();
  harness.api.remove(task.podName);
  await expect.poll(async () => shownBy(agent)).toMatchObject({ isGone: true, pod: { status: { reason: "because" } } });
  const successor = await harness.open(agentName, []);
  expect(await shownBy(successor)).toMatchObject({ isGone: true, pod: { metadata: { uid } } });
});

test("an agent that may not see events shows the Pod and says so", async () => {
  const agent = await anAgent();
  harness.api.forbidden.add("/events");
  expect(await shownBy(agent)).toMatchObject({
    ...{ kind: "pod", events: [], pod: { metadata: { uid } } },
    eventsProblem: expect.stringContaining("/events is forbidden"),
  });
});

test("an agent knows nothing of others' Pods, and does not guess where its cluster does not answer", async () => {
  const agent = await anAgent();
  expect(await agent.pod("somebody.else.0")).toBeUndefined();
  harness.api.forbidden.add(`/pods/${task.podName}`);
  await expect(shownBy(agent)).rejects.toThrow("is forbidden");
});
