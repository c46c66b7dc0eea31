import type { Pod } from "@capstan/kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aShell, aTask } from "../../testing/a-task.ts";
import { KubernetesHarness } from "../../testing/kubernetes-harness.ts";

let harness: KubernetesHarness;
beforeEach(async () => {
  harness = await KubernetesHarness.start();
});
afterEach(() => harness.stop());

test("a task that was refused is tried again when it comes back to the same agent", async () => {
  const task = aTask(aShell("true"), { captureResult: false });
  const runtime = await harness.open("1a2b.default.node-1", [task.id]);
  const observer = { started: () => undefined, progressed: () => undefined };
  harness.api.isFull = true;
  const refused = await runtime.start(task, observer);
  expect(await refused.outcome).toEqual({ refused: expect.stringContaining("exceeded quota") });
  harness.api.isFull = false;
  await runtime.start(task, observer);
  await expect.poll(() => harness.api.pods.size).toBe(1);
});

test("a successor finds its Pods; the agent of another pool or installation on the same node leaves them alone", async () => {
  const task = aTask(aShell("true"), { captureResult: false });
  const first = await harness.open("1a2b.default.node-1", [task.id]);
  await first.start(task, { started: () => undefined, progressed: () => undefined });
  await expect.poll(() => harness.api.pods.size).toBe(1);
  const other = await harness.open("9f8e.default.node-1", []);
  expect(await other.leftovers()).toEqual([]);
  const successor = await harness.open("1a2b.default.node-1", [task.id]);
  expect((await successor.leftovers()).map(({ id }) => id)).toEqual([task.id]);
  expect(harness.api.removed).toEqual([]);
  // Nobody waits for it any more: now its own agent removes it.
  const later = await harness.open("1a2b.default.node-1", []);
  expect(await later.leftovers()).toEqual([]);
  expect(harness.api.removed).toEqual([task.podName]);
});

describe("a task that had started under an agent that is gone", () => {
  const observer = { started: () => undefined, progressed: () => undefined };
  const task = aTask(aShell("true"), { captureResult: false });

  test("is not started again where its Pod is gone too", async () => {
    const other = await harness.open("1a2b.default.node-1", [task.id]);
    const running = await other.start(task, observer, { hasStarted: true });
    expect(await running.outcome).toMatchObject({
      phase: "Error",
      message: expect.stringContaining("pod deleted: it had started under an agent that is gone"),
    });
    expect(harness.api.pods.size).toBe(0);
  });

  test.each([true, false])(
    "ends with its node where its Pod waits for that (known as started: %s)",
    async (hasStarted) => {
      const first = await harness.open("1a2b.default.node-2", [task.id]);
      await first.start(task, observer);
      await expect.poll(() => harness.api.pods.size).toBe(1);
      const pod = harness.api.pods.get(task.podName) as Pod;
      harness.api.pods.set(task.podName, {
        metadata: { ...pod.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
        spec: { ...pod.spec, nodeName: "node-2" },
        status: { phase: "Running", containerStatuses: [{ name: "main", state: { running: {} } }] },
      });
      const other = await harness.open("1a2b.default.node-1", [task.id]);
      const running = await other.start(task, observer, { hasStarted });
      expect(await running.outcome).toMatchObject({
        ...{ phase: "Error", hostNodeName: "node-2", message: "node lost: node-2 (it has left the cluster)" },
      });
    },
  );
});

test("an agent whose node is not there says so before anything else", async () => {
  expect(await harness.runtimeOn("node-2").check()).toMatchObject({
    ok: false,
    error: expect.stringContaining('the cluster has no node "node-2"'),
  });
});
