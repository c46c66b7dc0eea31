import { describe, expect, test } from "vitest";
import { intentOf } from "./workflow-intent.ts";
import type { WorkflowObject } from "./workflow-object.ts";

function object(spec: WorkflowObject["spec"], status: WorkflowObject["status"] = {}): WorkflowObject {
  return { metadata: { name: "w", namespace: "ns", uid: "u1" }, spec: spec ?? {}, status: status ?? {} };
}

const free = { holderUid: undefined, isHolderFromCluster: false, wasDeleted: false };
const own = { holderUid: "u1", isHolderFromCluster: true, wasDeleted: false };
const running = { phase: "Running", capstan: { suspend: false, shutdown: "" } } as const;

describe("an object whose name", () => {
  test.each([
    { what: "is free is submitted", given: object({}), name: free, intent: { kind: "submit" } },
    {
      what: "is free, and that waited for something, is tried again",
      given: object({}, { phase: "Pending" }),
      name: free,
      intent: { kind: "submit" },
    },
    {
      what: "is free although it ended stays as it is",
      given: object({}, { phase: "Succeeded" }),
      name: free,
      intent: { kind: "nothing" },
    },
    {
      what: "is free although it runs has lost its state",
      given: object({}, running),
      name: free,
      intent: { kind: "refuse", message: expect.stringContaining("lost") },
    },
    {
      what: "is free because its workflow was deleted goes, before it showed anything",
      given: object({}),
      name: { ...free, wasDeleted: true },
      intent: { kind: "remove" },
    },
    {
      what: "is free because its workflow was deleted goes, after its end",
      given: object({}, { phase: "Succeeded" }),
      name: { ...free, wasDeleted: true },
      intent: { kind: "remove" },
    },
    {
      what: "was given to another after its workflow was deleted goes",
      given: object({}, running),
      name: { holderUid: "u9", isHolderFromCluster: false, wasDeleted: true },
      intent: { kind: "remove" },
    },
    {
      what: "an earlier object had takes its place",
      given: object({}),
      name: { ...free, holderUid: "u0", isHolderFromCluster: true },
      intent: { kind: "displace", uid: "u0" },
    },
    {
      what: "somebody else has is refused",
      given: object({}),
      name: { ...free, holderUid: "u0" },
      intent: { kind: "refuse", message: expect.stringContaining("another name") },
    },
    {
      what: "is its own and that is being deleted asks for nothing",
      given: { ...object({ suspend: true }, running), metadata: { uid: "u1", deletionTimestamp: "now" } },
      name: own,
      intent: { kind: "nothing" },
    },
  ])("$what", ({ given, name, intent }) => expect(intentOf(given, name)).toEqual(intent));
});

describe("a change of the spec", () => {
  const suspended = { phase: "Running", capstan: { suspend: true, shutdown: "" } } as const;
  test.each([
    { what: "none", given: object({}, running), events: undefined },
    { what: "suspend", given: object({ suspend: true }, running), events: [{ type: "suspend-requested" }] },
    {
      what: "no longer suspend",
      given: object({}, suspended),
      events: [{ type: "resume-requested", workflowOnly: true }],
    },
    { what: "stop", given: object({ shutdown: "Stop" }, running), events: [{ type: "stop-requested" }] },
    { what: "terminate", given: object({ shutdown: "Terminate" }, running), events: [{ type: "terminate-requested" }] },
    { what: "nonsense", given: object({ shutdown: "Please" }, running), events: undefined },
    { what: "before the first status", given: object({ suspend: true }, { phase: "Running" }), events: undefined },
    {
      what: "after the end",
      given: object({ shutdown: "Stop" }, { ...running, phase: "Failed" }),
      events: undefined,
    },
  ])("$what", ({ given, events }) => {
    expect(intentOf(given, own)).toEqual(events === undefined ? { kind: "nothing" } : { kind: "control", events });
  });
});
