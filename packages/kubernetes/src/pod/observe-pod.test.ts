import { describe, expect, test } from "vitest";
import type { PodStatus } from "../objects.ts";
import { aPod, ended, finishedAt, podTask, running, startedAt, waiting } from "../testing/pod-values.ts";
import { supervisorAnnotation } from "./captured-outputs.ts";
import { observePod } from "./observe-pod.ts";

const nowMs = Date.parse("2026-01-01T01:00:00Z");
const plain = podTask({ container: { image: "busybox" } });
const withSidecar = podTask({ container: { image: "a" }, sidecars: [{ name: "web", image: "nginx" }] });
const set = podTask({
  containerSet: {
    containers: [
      { name: "a", image: "i" },
      { name: "main", image: "i" },
    ],
  },
});

describe("before it runs", () => {
  const unscheduled = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes" } as const;
  test.each<{ what: string; status: PodStatus; message?: string }>([
    { what: "nothing known yet", status: {} },
    { what: "no node", status: { phase: "Pending", conditions: [unscheduled] }, message: "Unschedulable: 0/3 nodes" },
    { what: "creating", status: { phase: "Pending", containerStatuses: [waiting("main", "ContainerCreating")] } },
    {
      what: "an image that cannot be pulled",
      status: { phase: "Pending", containerStatuses: [waiting("main", "ImagePullBackOff", "Back-off pulling image")] },
      message: "ImagePullBackOff: Back-off pulling image",
    },
    {
      what: "an init container that cannot start",
      status: {
        phase: "Pending",
        initContainerStatuses: [waiting("init", "CreateContainerConfigError", 'secret "x" not found')],
        containerStatuses: [waiting("main", "PodInitializing")],
      },
      message: 'CreateContainerConfigError: secret "x" not found',
    },
  ])("$what", ({ status, message }) => {
    expect(observePod(plain, aPod(status), nowMs)).toEqual({ kind: "pending", ...(message && { message }) });
  });
});

describe("refused by the kubelet", () => {
  test.each([
    "OutOfcpu",
    "OutOfmemory",
    "OutOfpods",
    "OutOfnvidia.com/gpu",
    "NodeAffinity",
    "UnexpectedAdmissionError",
    "Evicted",
    "Terminated",
  ])("%s", (reason) => {
    const status: PodStatus = { phase: "Failed", reason, message: "Pod was rejected" };
    expect(observePod(plain, aPod(status), nowMs)).toEqual({
      kind: "refused",
      message: `${reason}: Pod was rejected`,
    });
  });

  const lost = { name: "main", state: { terminated: { exitCode: 137, reason: "ContainerStatusUnknown" } } };
  test.each([
    { what: "ran", container: ended("main", 1) },
    { what: "may have run", container: lost },
  ])("not once something $what", ({ container }) => {
    const status: PodStatus = { phase: "Failed", reason: "NodeShutdown", message: "m", containerStatuses: [container] };
    expect(observePod(plain, aPod(status), nowMs)).toMatchObject({ kind: "ended", verdict: { phase: "Failed" } });
  });
});

test("running: since when, where, and whether it is ready", () => {
  const status: PodStatus = { phase: "Running", podIP: "10.0.0.9", containerStatuses: [running("main", false)] };
  expect(observePod(plain, aPod(status), nowMs)).toEqual({
    kind: "running",
    startedAtMs: Date.parse(startedAt),
    isReady: false,
    hostNodeName: "node-1",
    podIP: "10.0.0.9",
  });
});

describe("how it ended", () => {
  const oom = ended("main", 137, { reason: "OOMKilled" });
  test.each<{ what: string; status: PodStatus; phase: string; message?: string; exitCode?: number }>([
    {
      what: "well",
      status: { phase: "Succeeded", containerStatuses: [ended("main", 0)] },
      phase: "Succeeded",
      exitCode: 0,
    },
    {
      what: "with an exit code",
      status: { phase: "Failed", containerStatuses: [ended("main", 3)] },
      phase: "Failed",
      message: "main: Error (exit code 3)",
      exitCode: 3,
    },
    {
      what: "with a word",
      status: { phase: "Failed", containerStatuses: [ended("main", 1, { message: "no such host\n" })] },
      phase: "Failed",
      message: "main: Error (exit code 1): no such host",
      exitCode: 1,
    },
    {
      what: "out of memory",
      status: { phase: "Failed", containerStatuses: [oom] },
      phase: "Failed",
      message: "main: OOMKilled (exit code 137)",
      exitCode: 137,
    },
    {
      what: "past its deadline",
      status: {
        phase: "Failed",
        reason: "DeadlineExceeded",
        message: "Pod was active on the node longer than the specified deadline",
        containerStatuses: [ended("main", 137)],
      },
      phase: "Failed",
      message: "Pod was active on the node longer than the specified deadline",
    },
    {
      what: "evicted",
      status: {
        phase: "Failed",
        reason: "Evicted",
        message: "The node was low on resource: memory.",
        containerStatuses: [ended("main", 137)],
      },
      exitCode: 137,
      phase: "Failed",
      message: "The node was low on resource: memory.",
    },
    {
      what: "without having started",
      status: {
        phase: "Failed",
        containerStatuses: [ended("main", 128, { reason: "StartError", message: 'exec: "nope": not found' })],
      },
      phase: "Failed",
      message: 'main: StartError (exit code 128): exec: "nope": not found',
      exitCode: 128,
    },
    {
      what: "in an init container",
      status: {
        phase: "Failed",
        initContainerStatuses: [ended("init-0", 2)],
        containerStatuses: [waiting("main", "PodInitializing")],
      },
      phase: "Failed",
      message: "init-0: Error (exit code 2)",
    },
    {
      what: "in our own init container",
      status: { phase: "Failed", initContainerStatuses: [ended("capstan", 1, { message: "no artifact" })] },
      phase: "Error",
      message: "no artifact",
    },
  ])("$what", ({ status, phase, message, exitCode }) => {
    const observed = observePod(plain, aPod(status), nowMs);
    expect(observed).toMatchObject({ kind: "ended", verdict: { phase } });
    if (observed.kind !== "ended") return;
    expect(observed.verdict.message).toBe(message);
    expect(observed.exitCode).toBe(exitCode);
  });

  test.each([
    { reason: "DeletionByPodGC", message: "PodGC: node no longer exists" },
    { reason: "DeletionByTaintManager", message: "Taint manager: deleting due to NoExecute taint" },
  ])("its node was given up: $reason", ({ reason, message }) => {
    const conditions = [{ type: "DisruptionTarget", status: "True" as const, reason, message }];
    const status: PodStatus = { phase: "Failed", conditions, containerStatuses: [running("main")] };
    expect(observePod(plain, aPod(status), nowMs)).toMatchObject({
      kind: "ended",
      verdict: { phase: "Error", message: `node lost: node-1 (${reason}: ${message})` },
    });
  });

  test("one that could not be started did not start in 1970", () => {
    const terminated = { exitCode: 128, reason: "StartError", startedAt: "1970-01-01T00:00:00Z", finishedAt };
    const status: PodStatus = { phase: "Failed", containerStatuses: [{ name: "main", state: { terminated } }] };
    expect(observePod(plain, aPod(status), nowMs)).toMatchObject({ startedAtMs: Date.parse(finishedAt) });
  });

  test.each([
    { what: "by a signal", code: 143, seconds: undefined },
    { what: "at its deadline, however it took that", code: 0, seconds: 10 },
  ])("what was told to end $what is not over before its Pod says why", ({ code, seconds }) => {
    const status: PodStatus = { phase: "Running", startTime: startedAt, containerStatuses: [ended("main", code)] };
    const pod = aPod(status);
    const withDeadline = { ...pod, spec: { ...pod.spec, ...(seconds && { activeDeadlineSeconds: seconds }) } };
    expect(observePod(plain, withDeadline, nowMs)).toMatchObject({ kind: "running" });
    const early = { ...pod, spec: { ...pod.spec, activeDeadlineSeconds: 11 } };
    expect(observePod(plain, early, nowMs).kind).toBe(code === 0 ? "ended" : "running");
  });

  test("main has ended: the kubelet's wait for sidecars is not ours", () => {
    const status: PodStatus = {
      phase: "Running",
      initContainerStatuses: [running("web")],
      containerStatuses: [ended("main", 0)],
    };
    expect(observePod(withSidecar, aPod(status), nowMs)).toMatchObject({
      kind: "ended",
      verdict: { phase: "Succeeded" },
      startedAtMs: Date.parse(startedAt),
      finishedAtMs: Date.parse(finishedAt),
    });
  });

  test("a set ends with its last container, and fails with any", () => {
    const half: PodStatus = { phase: "Running", containerStatuses: [ended("a", 1), running("main")] };
    expect(observePod(set, aPod(half), nowMs)).toMatchObject({ kind: "running" });
    const whole: PodStatus = { phase: "Failed", containerStatuses: [ended("a", 1), ended("main", 0)] };
    expect(observePod(set, aPod(whole), nowMs)).toMatchObject({
      kind: "ended",
      exitCode: 0,
      verdict: { phase: "Failed", message: "a: Error (exit code 1)" },
    });
  });

  test.each([
    { what: "told to end", sidecar: ended("web", 137), phase: "Succeeded" },
    {
      what: "that failed after main",
      sidecar: ended("web", 1, { finishedAt: "2026-01-01T00:00:30Z" }),
      phase: "Succeeded",
    },
    {
      what: "that failed before main",
      sidecar: ended("web", 1, { finishedAt: "2026-01-01T00:00:15Z" }),
      phase: "Failed",
    },
    {
      what: "that failed, and was started again",
      sidecar: {
        ...running("web"),
        restartCount: 1,
        lastState: { terminated: { exitCode: 1, finishedAt: "2026-01-01T00:00:15Z" } },
      },
      phase: "Failed",
    },
  ])("a sidecar $what", ({ sidecar, phase }) => {
    const status: PodStatus = { initContainerStatuses: [sidecar], containerStatuses: [ended("main", 0)] };
    expect(observePod(withSidecar, aPod(status), nowMs)).toMatchObject({ kind: "ended", verdict: { phase } });
  });

  test.each([
    { code: 1, message: "web: Error (exit code 1)" },
    { code: 0, message: "web: it ended before the main container could start" },
  ])("a sidecar that ends at once with $code, again and again, keeps main from starting", ({ code, message }) => {
    const web = (restartCount: number) => ({
      ...waiting("web", "CrashLoopBackOff"),
      restartCount,
      lastState: { terminated: { exitCode: code, reason: "Error", finishedAt } },
    });
    const status = (restartCount: number): PodStatus => ({
      phase: "Pending",
      initContainerStatuses: [web(restartCount)],
      containerStatuses: [waiting("main", "PodInitializing")],
    });
    expect(observePod(withSidecar, aPod(status(1)), nowMs)).toMatchObject({ kind: "pending" });
    const observed = observePod(withSidecar, aPod(status(2)), nowMs);
    expect(observed).toMatchObject({ kind: "ended", isGivenUp: true, verdict: { phase: "Failed" } });
    expect(observed.kind === "ended" && observed.verdict.message).toContain(message);
  });

  test("what a supervised command said is found in the supervisor's message", () => {
    const message = `capstan1 p0=aGVsbG8= m=${Buffer.from("out of paper\n").toString("base64")}`;
    const status: PodStatus = { phase: "Failed", containerStatuses: [ended("main", 1, { message })] };
    const observed = observePod(plain, aPod(status, { [supervisorAnnotation]: "1" }), nowMs);
    expect(observed).toMatchObject({ verdict: { message: "main: Error (exit code 1): out of paper" } });
  });
});
