import type { JsonObject } from "@capstan/core";
import { describe, expect, test } from "vitest";
import type { KubeNode } from "../objects.ts";
import { fitsNode, noUse, requestsOf, useOfPod, withUse } from "./node-fit.ts";
import { parseQuantity } from "./quantity.ts";

const node: KubeNode = {
  metadata: { name: "node-1", labels: { disk: "ssd", cores: "8" } },
  status: { allocatable: { cpu: "2", memory: "4Gi", pods: "3" }, conditions: [{ type: "Ready", status: "True" }] },
};
const asking = (requests: JsonObject): JsonObject => ({ containers: [{ resources: { requests } }] });

test.each([
  ["250m", 0.25],
  ["2", 2],
  ["1.5Gi", 1.5 * 2 ** 30],
  ["1e3", 1000],
  ["100k", 100_000],
  [3, 3],
])("%s is %d", (text, value) => expect(parseQuantity(text)).toBe(value));
test.each(["", "1Q", "x", "1 Gi"])("%j is no quantity", (text) => expect(parseQuantity(text)).toBeNaN());

test("what the scheduler counts: sums, the largest init container, native sidecars beside, overhead", () => {
  const spec = {
    containers: [{ resources: { requests: { cpu: "1" } } }, { resources: { limits: { cpu: "500m" } } }],
    initContainers: [
      { restartPolicy: "Always", resources: { requests: { cpu: "250m" } } },
      { resources: { requests: { cpu: "3" } } },
    ],
    overhead: { cpu: "100m" },
  };
  expect(requestsOf(spec).get("cpu")).toBeCloseTo(3.35);
  expect(requestsOf({ ...spec, resources: { requests: { cpu: "2" } } }).get("cpu")).toBeCloseTo(2.1);
});

describe("fits", () => {
  const gpu = { key: "gpu", value: "yes", effect: "NoSchedule" } as const;
  const tainted: KubeNode = { ...node, spec: { taints: [gpu] } };
  const affinity = (expression: JsonObject): JsonObject => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] },
      },
    },
  });
  test.each<{ what: string; spec: JsonObject; on?: KubeNode; fits: boolean }>([
    { what: "nothing asked", spec: {}, fits: true },
    { what: "enough", spec: asking({ cpu: "2", memory: "4Gi" }), fits: true },
    { what: "too much", spec: asking({ cpu: "2001m" }), fits: false },
    { what: "a resource that is not there", spec: asking({ "nvidia.com/gpu": "1" }), fits: false },
    { what: "selector that matches", spec: { nodeSelector: { disk: "ssd" } }, fits: true },
    { what: "selector that does not", spec: { nodeSelector: { disk: "hdd" } }, fits: false },
    { what: "affinity In", spec: affinity({ key: "disk", operator: "In", values: ["ssd"] }), fits: true },
    { what: "affinity NotIn", spec: affinity({ key: "disk", operator: "NotIn", values: ["ssd"] }), fits: false },
    { what: "affinity Gt", spec: affinity({ key: "cores", operator: "Gt", values: ["4"] }), fits: true },
    { what: "a taint", spec: {}, on: tainted, fits: false },
    { what: "a taint tolerated", spec: { tolerations: [{ key: "gpu", operator: "Exists" }] }, on: tainted, fits: true },
    { what: "all tolerated", spec: { tolerations: [{ operator: "Exists" }] }, on: tainted, fits: true },
    { what: "another value tolerated", spec: { tolerations: [{ key: "gpu", value: "no" }] }, on: tainted, fits: false },
    { what: "cordoned", spec: {}, on: { ...node, spec: { unschedulable: true } }, fits: false },
    { what: "a claim", spec: { volumes: [{ persistentVolumeClaim: { claimName: "c" } }] }, fits: false },
    { what: "spread over nodes", spec: { topologySpreadConstraints: [{ topologyKey: "zone" }] }, fits: false },
    { what: "another scheduler", spec: { schedulerName: "mine" }, fits: false },
  ])("$what: $fits", ({ spec, on, fits }) => expect(fitsNode(spec, on ?? node, noUse)).toBe(fits));

  test("what runs there counts, until it has ended", () => {
    const busy = { metadata: {}, spec: asking({ cpu: "1500m" }), status: { phase: "Running" } } as const;
    const used = withUse(noUse, useOfPod(busy));
    expect(fitsNode(asking({ cpu: "1" }), node, used)).toBe(false);
    expect(fitsNode(asking({ cpu: "1" }), node, withUse(used, useOfPod(busy), -1))).toBe(true);
    expect(useOfPod({ ...busy, status: { phase: "Succeeded" } })).toBe(noUse);
    expect(fitsNode({}, node, { pods: 3, requests: new Map() })).toBe(false);
  });
});
