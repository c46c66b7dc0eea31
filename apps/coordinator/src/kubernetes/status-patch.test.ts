import { gunzipSync } from "node:zlib";
import type { NodeStatus, StoredWorkflow, WorkflowHeader } from "@capstan/core";
import { describe, expect, test } from "vitest";
import { isShown, projectedStatus, statusPatch } from "./status-patch.ts";
import type { ActedOn } from "./wishes.ts";
import type { ProjectedControls, WorkflowObject } from "./workflow-object.ts";

function header(changes: Partial<WorkflowHeader> = {}): WorkflowHeader {
  return {
    ...{ phase: "Running", progress: "1/2", conditions: [], suspended: false },
    ...{ labels: {}, annotations: {}, machine: {}, ...changes },
  };
}

function stored(nodes: readonly NodeStatus[]): StoredWorkflow {
  const workflow = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata: { name: "w" }, spec: {} };
  const bundle = { workflow, workflowTemplates: {}, configMaps: {} } as StoredWorkflow["bundle"];
  return { uid: "u", submittedAtMs: 0, bundle, header: header(), nodes };
}

function node(index: number, message: string): NodeStatus {
  return { id: `n${index}`, name: `n${index}`, displayName: "n", type: "Pod", phase: "Running", message };
}

describe("the status on the object", () => {
  test("has its nodes while they fit", () => {
    const status = projectedStatus(stored([node(1, "m")]), 1);
    expect(status).toMatchObject({ phase: "Running", progress: "1/2", nodes: { n1: { message: "m" } } });
  });

  test("has them packed, as Argo packs them, where only that fits", () => {
    const nodes = Array.from({ length: 1_500 }, (_, index) => node(index, "the same words ".repeat(60)));
    const status = projectedStatus(stored(nodes), nodes.length);
    expect(status["nodes"]).toBeUndefined();
    const unpacked: unknown = JSON.parse(
      gunzipSync(Buffer.from(String(status["compressedNodes"]), "base64")).toString("utf8"),
    );
    expect(Object.keys(unpacked as object)).toHaveLength(1_500);
  });

  test("says that they are left out where nothing fits, and shows the whole all the same", () => {
    const status = projectedStatus(stored([]), 100_000);
    expect(status).toMatchObject({ phase: "Running", progress: "1/2" });
    expect(JSON.stringify(status["conditions"])).toContain("100000 nodes do not fit");
  });
});

describe("the patch", () => {
  const object = (spec: WorkflowObject["spec"], capstan?: ProjectedControls): WorkflowObject => ({
    metadata: { name: "w", resourceVersion: "7", labels: { mine: "yes" } },
    spec: spec ?? {},
    status: capstan === undefined ? {} : { capstan },
  });
  const none = { suspend: false, shutdown: "" };
  const partsOf = (given: WorkflowObject, of: WorkflowHeader, actedOn: ActedOn) => {
    const operations = statusPatch(given, { header: of, version: "5-0", ...actedOn }, {});
    const status = operations.find(({ path }) => path === "/status") as {
      readonly value?: { readonly capstan: ProjectedControls & { readonly version: string } };
    };
    const { version: _, ...noted } = status.value?.capstan ?? { version: "" };
    return { noted, spec: operations.filter(({ path }) => path.startsWith("/spec")) };
  };

  test("holds only for the object that was looked at, keeps its labels and adds Argo's", () => {
    const state = { header: header({ labels: { own: "x" } }), version: "5-0", last: none, isActing: false };
    const operations = statusPatch(object({}, none), state, { phase: "Running" });
    expect(operations[0]).toEqual({ op: "test", path: "/metadata/resourceVersion", value: "7" });
    expect(operations[2]).toMatchObject({
      path: "/metadata/labels",
      value: {
        ...{ mine: "yes", own: "x" },
        ...{ "workflows.argoproj.io/phase": "Running", "workflows.argoproj.io/completed": "false" },
      },
    });
  });

  test.each([
    { what: "first status", spec: {}, last: undefined, now: header(), noted: none, changes: [] },
    {
      what: "suspended over the API: the spec follows",
      spec: {},
      last: none,
      now: header({ suspended: true }),
      noted: { suspend: true, shutdown: "" },
      changes: [{ op: "add", path: "/spec/suspend", value: true }],
    },
    {
      what: "resumed over the API: the spec follows",
      spec: { suspend: true },
      last: { suspend: true, shutdown: "" },
      now: header(),
      noted: none,
      changes: [{ op: "remove", path: "/spec/suspend" }],
    },
    {
      what: "a wish not carried out yet stays a wish",
      spec: { suspend: true },
      last: none,
      now: header(),
      noted: none,
      changes: [],
    },
    {
      what: "a wish carried out is noted",
      spec: { suspend: true },
      last: none,
      now: header({ suspended: true }),
      noted: { suspend: true, shutdown: "" },
      changes: [],
    },
    {
      what: "a wish that was taken back when it had been carried out is a wish again",
      spec: {},
      last: none,
      actedOn: { last: { suspend: true, shutdown: "" }, isActing: false },
      now: header({ suspended: true }),
      noted: { suspend: true, shutdown: "" },
      changes: [],
    },
    {
      what: "a wish that is on its way is not noted, so that whoever takes over repeats it",
      spec: { suspend: true },
      last: none,
      actedOn: { last: { suspend: true, shutdown: "" }, isActing: true },
      now: header(),
      noted: none,
      changes: [],
    },
  ])("$what", ({ spec, last, actedOn = { last, isActing: false }, now, noted, changes }) => {
    expect(partsOf(object(spec, last), now, actedOn)).toEqual({ noted, spec: changes });
  });
});

describe("a status that is there already", () => {
  const shown = {
    metadata: { labels: { "workflows.argoproj.io/phase": "Running", "workflows.argoproj.io/completed": "false" } },
    spec: {},
    status: { capstan: { suspend: false, shutdown: "", version: "5-0" } },
  } as const;
  const last = { suspend: false, shutdown: "" };
  const state = { header: header(), version: "5-0", last, isActing: false };

  test.each([
    { what: "as it is", object: shown, given: state, is: true },
    { what: "after another change of the workflow", object: shown, given: { ...state, version: "6-0" }, is: false },
    { what: "of a workflow without changes", object: shown, given: { ...state, version: "" }, is: false },
    { what: "of an object whose status was taken away", object: { ...shown, status: {} }, given: state, is: false },
    {
      what: "of an object whose labels were taken away",
      object: { ...shown, metadata: { labels: { mine: "yes" } } },
      given: state,
      is: false,
    },
    {
      what: "with a wish that is not carried out yet",
      object: { ...shown, spec: { suspend: true } },
      given: state,
      is: true,
    },
    {
      what: "with a wish that was carried out and is not noted",
      object: { ...shown, spec: { suspend: true } },
      given: { ...state, header: header({ suspended: true }) },
      is: false,
    },
    {
      what: "with a label that the run has given meanwhile",
      object: shown,
      given: { ...state, header: header({ labels: { own: "x" } }) },
      is: false,
    },
  ])("$what", ({ object, given, is }) => expect(isShown(object, given)).toBe(is));
});
