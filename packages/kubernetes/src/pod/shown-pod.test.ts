import { expect, test } from "vitest";
import type { Pod } from "../objects.ts";
import { podContext, podTask } from "../testing/pod-values.ts";
import { buildPod } from "./build-pod.ts";
import { toPodEvent } from "./pod-event.ts";
import { shownPod } from "./shown-pod.ts";

test("a Pod is shown whole, but for what only machines read", () => {
  const pod: Pod = {
    metadata: {
      ...{ name: "wf-main-1", namespace: "argo", labels: { app: "demo" }, managedFields: [{ manager: "kubelet" }] },
      annotations: { "capstan.dev/task-id": "u.n.0", "capstan.dev/task": "{}", note: "mine" },
    } as Pod["metadata"],
    spec: { containers: [{ name: "main", env: [{ name: "A", value: "1" }] }] },
    status: { phase: "Running" },
  };
  expect(shownPod(pod)).toEqual({
    ...{ apiVersion: "v1", kind: "Pod", spec: pod.spec, status: pod.status },
    metadata: {
      ...{ name: "wf-main-1", namespace: "argo", labels: { app: "demo" } },
      annotations: { "capstan.dev/task-id": "u.n.0", note: "mine" },
    },
  });
});

test("the token by which a Pod hands over its outputs is not shown", () => {
  const outputs = { artifacts: [{ name: "out", path: "/out" }] };
  const built = buildPod(
    podTask({ container: { image: "busybox", command: ["true"] }, outputs }),
    podContext({ transfer: { host: "10.0.0.1", port: 7417, token: "its-own-token" } }),
  );
  const pod = built.ok ? built.value : ({} as Pod);
  expect(JSON.stringify(pod)).toContain("its-own-token");
  expect(JSON.stringify(shownPod(pod))).not.toContain("its-own-token");
});

const [first, last] = ["2026-01-01T00:00:10Z", "2026-01-01T00:01:10Z"];
test.each([
  {
    what: "a kubelet's",
    event: {
      ...{ type: "Warning", reason: "BackOff", message: "Back-off pulling image", count: 4 },
      ...{ firstTimestamp: first, lastTimestamp: last, eventTime: null, source: { component: "kubelet", host: "n" } },
    },
    shown: {
      ...{ type: "Warning", reason: "BackOff", message: "Back-off pulling image", count: 4, source: "kubelet" },
      ...{ firstAtMs: Date.parse(first), lastAtMs: Date.parse(last) },
    },
  },
  {
    what: "the scheduler's",
    event: {
      ...{
        type: "Warning",
        reason: "FailedScheduling",
        message: "0/1 nodes",
        eventTime: "2026-01-01T00:00:10.000000Z",
      },
      ...{ firstTimestamp: null, source: {}, reportingComponent: "default-scheduler" },
      series: { count: 7, lastObservedTime: "2026-01-01T00:01:10.000000Z" },
    },
    shown: {
      ...{ type: "Warning", reason: "FailedScheduling", message: "0/1 nodes", count: 7, source: "default-scheduler" },
      ...{ firstAtMs: Date.parse(first), lastAtMs: Date.parse(last) },
    },
  },
  { what: "an empty one", event: {}, shown: { type: "Normal", reason: "", message: "", count: 1 } },
])("$what event", ({ event, shown }) => {
  expect(toPodEvent(event)).toEqual(shown);
});
