import type { Task, WorkflowEvent } from "@capstan/core";
import { describe, expect, test } from "vitest";
import { decodeHeartbeat, encodeHeartbeat } from "./agent-heartbeat.ts";
import {
  decodeArtifactRecord,
  decodeBlobPartRequest,
  encodeArtifactRecord,
  encodeBlobPartRequest,
} from "./artifact-message.ts";
import { decodeCancellations, encodeCancellations } from "./cancellation.ts";
import { decodeLogLines, decodeLogRequest, encodeLogLines, encodeLogRequest } from "./log-message.ts";
import { decodePodAnswer, decodePodRequest, encodePodAnswer, encodePodRequest, type PodAnswer } from "./pod-message.ts";
import { decodeTask, encodeTask } from "./task-message.ts";
import { decodeEvent, encodeEvent } from "./workflow-event.ts";

const task: Task = {
  id: "uid.node.0",
  workflowUid: "uid",
  workflowName: "hello",
  namespace: "default",
  nodeId: "node",
  nodeName: "hello[0]",
  attempt: 0,
  podName: "hello-main-1",
  pool: "default",
  template: { name: "main", container: { image: "busybox", command: ["true"] } },
  podDefaults: { serviceAccountName: "runner" },
  captureResult: false,
  labels: {},
  annotations: {},
  bid: {
    keySeconds: 1_700_000_000,
    submittedAtSeconds: 1_700_000_000,
    thetaSeconds: 60,
    k: 0.05,
    criticalPathSeconds: 0,
    remainingWorkTermSeconds: 0,
    userPrioritySeconds: 0,
  },
};

const finished: WorkflowEvent = {
  type: "task-finished",
  nodeId: "node",
  attempt: 0,
  outcome: {
    phase: "Succeeded",
    outputs: { parameters: [{ name: "p", value: "1" }], result: "ok", exitCode: "0" },
    startedAtMs: 1,
    finishedAtMs: 2,
  },
};

const events: readonly WorkflowEvent[] = [
  {
    type: "workflow-submitted",
    bundle: {
      workflow: {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Workflow",
        metadata: { name: "hello", namespace: "default", uid: "uid" },
        spec: { entrypoint: "main" },
      },
      workflowTemplates: {},
      configMaps: {},
    },
  },
  { type: "task-started", nodeId: "node", attempt: 1, startedAtMs: 5, hostNodeName: "n1" },
  { type: "task-progressed", nodeId: "node", attempt: 1, progress: "1/2" },
  finished,
  { type: "timer-due", timerId: "deadline" },
  { type: "suspend-requested" },
  { type: "resume-requested", nodes: { terms: [{ field: "displayName", operator: "=", value: "a" }] } },
  { type: "stop-requested", message: "enough" },
  { type: "terminate-requested" },
  { type: "retry-requested", restartSuccessful: false, parameters: ["a=b"] },
  {
    type: "nodes-set-requested",
    nodes: { terms: [] },
    phase: "Succeeded",
    outputParameters: [{ name: "x", value: "" }],
  },
  { type: "delete-requested" },
];

test.each(events)("$type survives the wire", (event) => {
  expect(decodeEvent(encodeEvent(event))).toEqual({ ok: true, value: event });
});

test("a task survives the wire, with fields that only a later version knows", () => {
  const later = { ...task, colour: "blue" };
  expect(decodeTask(JSON.parse(JSON.stringify(encodeTask(later))))).toEqual({ ok: true, value: later });
});

test("the small messages survive the wire", () => {
  const heartbeat = {
    agentId: "a1",
    pool: "default",
    cluster: "local",
    labels: { zone: "x" },
    room: 3,
    running: 1,
    version: "0.1.0",
    atMs: 9,
  };
  expect(decodeHeartbeat(encodeHeartbeat(heartbeat))).toEqual({ ok: true, value: heartbeat });
  const cancellations = [{ taskId: "t", reason: "stopped" }];
  expect(decodeCancellations(encodeCancellations(cancellations))).toEqual({ ok: true, value: cancellations });
  const request = { requestId: "r", taskId: "t", options: { follow: true, tailLines: 5 } };
  expect(decodeLogRequest(encodeLogRequest(request))).toEqual({ ok: true, value: request });
  const lines = [{ atMs: 1, stream: "stdout" as const, container: "main", text: "hello" }];
  expect(decodeLogLines(encodeLogLines(lines))).toEqual({ ok: true, value: lines });
});

test("questions for Pods and their answers survive the wire", () => {
  const request = { requestId: "r", taskId: "t" };
  expect(decodePodRequest(encodePodRequest(request))).toEqual({ ok: true, value: request });
  const event = {
    type: "Normal",
    reason: "Pulled",
    message: "",
    count: 1,
    firstAtMs: 1,
    lastAtMs: 2,
    source: "kubelet",
  };
  const answers: readonly PodAnswer[] = [
    { kind: "pod", pod: { spec: {} }, isGone: true, seenAtMs: 1, events: [event] },
    { kind: "pod", pod: {}, isGone: false, seenAtMs: 1, events: [], eventsProblem: "forbidden" },
    { kind: "no-pod", reason: "a process" },
    { kind: "unknown" },
    { kind: "failed", message: "away" },
  ];
  for (const answer of answers) expect(decodePodAnswer(encodePodAnswer(answer))).toEqual({ ok: true, value: answer });
  expect(decodePodAnswer('{"v":1,"body":{"kind":"pod","pod":{}}}')).toMatchObject({ error: { code: "malformed" } });
});

const record = {
  ...{ namespace: "argo", key: "wf/a.tgz", kind: "file" as const, bytes: 3, sha256: "0".repeat(64), savedAtMs: 1 },
  holder: { agentId: "local/default/n", nodeName: "n" },
  workflow: { name: "wf", uid: "u" },
};
const part = { transferId: "t", part: 1, sha256: "f".repeat(64), offset: 0, bytes: 9 };

test("messages about artifacts survive the wire", () => {
  expect(decodeArtifactRecord(encodeArtifactRecord(record))).toEqual({ ok: true, value: record });
  expect(decodeBlobPartRequest(encodeBlobPartRequest(part))).toEqual({ ok: true, value: part });
});

// A digest names a file of the one who is asked.
test.each(["../../etc/passwd", "", "0".repeat(63), "G".repeat(64), "A".repeat(64)])("%o is no digest", (sha256) => {
  const malformed = { ok: false, error: { code: "malformed", message: expect.stringMatching(/sha256/) } };
  expect(decodeArtifactRecord(encodeArtifactRecord({ ...record, sha256 }))).toMatchObject(malformed);
  expect(decodeBlobPartRequest(encodeBlobPartRequest({ ...part, sha256 }))).toMatchObject(malformed);
});

describe("what is refused", () => {
  test.each([
    { text: "not json", error: /the inbox entry is malformed: it is not JSON/ },
    { text: "[]", error: /it has no version and body/ },
    { text: '{"v":"1","body":{}}', error: /its version is not a positive whole number/ },
    { text: '{"v":1,"body":{}}', error: /its event has no type/ },
    { text: '{"v":1,"body":{"type":"toString"}}', error: /there is no event of type "toString"/ },
    { text: '{"v":1,"body":{"type":"task-started","attempt":0,"startedAtMs":1}}', error: /nodeId/ },
    {
      text: '{"v":1,"body":{"type":"task-finished","nodeId":"n","attempt":0,"outcome":{"phase":"Great"}}}',
      error: /outcome\.phase/,
    },
  ])("$text", ({ text, error }) => {
    const decoded = decodeEvent(text);
    expect(decoded).toMatchObject({ ok: false, error: { code: "malformed", message: expect.stringMatching(error) } });
  });

  test("a newer version, with what to do about it", () => {
    expect(decodeEvent('{"v":2,"body":{"type":"anything"}}')).toEqual({
      ok: false,
      error: {
        code: "newer-version",
        message: "the inbox entry has message version 2, but this process knows versions up to 1: update this process",
      },
    });
    expect(decodeTask({ v: 7, body: task })).toMatchObject({ ok: false, error: { code: "newer-version" } });
  });

  test("a task without its pool", () => {
    const { pool: _, ...rest } = task;
    expect(decodeTask({ v: 1, body: rest })).toMatchObject({ ok: false, error: { code: "malformed" } });
  });
});
