import type { JsonObject } from "@capstan/core";
import { describe, expect, test } from "vitest";
import type { ContainerStatus } from "../objects.ts";
import { aPod, ended, running } from "../testing/pod-values.ts";
import { resourcesDuration } from "./resources-duration.ts";

const main = (resources: JsonObject = {}): JsonObject => ({ containers: [{ name: "main", resources }] });
const during = (seconds: number): ContainerStatus =>
  ended("main", 0, {
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString(),
  });

describe("what a Pod used", () => {
  test.each<{ what: string; spec: JsonObject; status?: ContainerStatus; used: object }>([
    { what: "asks for nothing", spec: main(), status: during(39), used: { cpu: 3, memory: 39 } },
    { what: "is short", spec: main(), status: during(9), used: { cpu: 0, memory: 9 } },
    { what: "takes ten tenths", spec: main(), status: during(10), used: { cpu: 1, memory: 10 } },
    {
      what: "asks for more",
      spec: main({ requests: { cpu: "2", memory: "1Gi" } }),
      status: during(10),
      used: { cpu: 20, memory: 102 },
    },
    {
      what: "has limits, which are requests too",
      spec: main({ limits: { "nvidia.com/gpu": 2, memory: "50Mi" }, requests: { "ephemeral-storage": "20Gi" } }),
      status: during(10),
      used: { cpu: 1, memory: 5, "nvidia.com/gpu": 20, "ephemeral-storage": 20 },
    },
    { what: "still runs", spec: main(), status: running("main"), used: { cpu: 0, memory: 0 } },
    {
      what: "never started",
      spec: main(),
      status: ended("main", 128, { startedAt: "1970-01-01T00:00:00Z" }),
      used: { cpu: 0, memory: 0 },
    },
  ])("that $what", ({ spec, status, used }) => {
    const pod = { ...aPod({ containerStatuses: status === undefined ? [] : [status] }), spec };
    expect(resourcesDuration(pod)).toEqual(used);
  });

  test("is the sum of its containers, each rounded down", () => {
    const spec = { initContainers: [{ name: "first" }], containers: [{ name: "main" }, { name: "b" }] };
    const status = {
      initContainerStatuses: [{ ...during(9), name: "first" }],
      containerStatuses: [during(19), { ...during(19), name: "b" }],
    };
    expect(resourcesDuration({ ...aPod(status), spec })).toEqual({ cpu: 2, memory: 47 });
  });
});
