import { expect, test } from "vitest";
import { formatLabelSelector, matchesSelector, parseLabelSelector } from "./label-selector.ts";
import { decideResourceState, lookupPath } from "./resource-conditions.ts";

const labels = { app: "web", tier: "front", count: "5", "example.com/team": "blue", empty: "" };

test.each([
  { source: "", holds: true },
  { source: "app", holds: true },
  { source: "!app", holds: false },
  { source: "!missing", holds: true },
  { source: "app=web", holds: true },
  { source: "app == web,tier != back", holds: true },
  { source: "app=db", holds: false },
  { source: "missing != x", holds: true },
  { source: "app in (web, db)", holds: true },
  { source: "app notin (web, db)", holds: false },
  { source: "missing notin (a)", holds: true },
  { source: "count > 4", holds: true },
  { source: "count < 5", holds: false },
  { source: "app > 4", holds: false },
  { source: "missing > 4", holds: false },
  { source: "example.com/team=blue", holds: true },
  { source: "empty=", holds: true },
  { source: "empty in ()", holds: true },
  { source: "empty in (,x)", holds: true },
  { source: "  app = web , tier ", holds: true },
])("$source -> $holds", ({ source, holds }) => {
  const selector = parseLabelSelector(source);
  expect(selector.ok && matchesSelector(selector.value, labels)).toBe(holds);
});

test.each([
  "app in web",
  "app in (web",
  "app in (web db)",
  "app in (=)",
  "a,",
  ",a",
  "app ! web",
  "app==web==db",
  "app= =",
  "-app",
  "a/b/c",
  "UPPER/x",
  "count > five",
  "app=not valid!",
  "app=-x",
  "!",
])("%j is refused", (source) => {
  expect(parseLabelSelector(source).ok).toBe(false);
});

test.each([
  { spellings: ["region=eu,!spot", " ! spot , region == eu", "region=eu,region=eu,!spot"], written: "!spot,region=eu" },
  { spellings: ["zone in (b,a)", "zone in(a, b,b)"], written: "zone in(a,b)" },
  { spellings: ["zone notin ()"], written: "zone notin()" },
  { spellings: ["zone notin (,x)"], written: "zone notin(,x)" },
  { spellings: ["gpu,a.b/c!=d, count > 4,count<9,empty="], written: "a.b/c!=d,count<9,count>4,empty=,gpu" },
])("$written is what $spellings say", ({ spellings, written }) => {
  for (const source of [...spellings, written]) {
    const selector = parseLabelSelector(source);
    expect(selector.ok && formatLabelSelector(selector.value)).toBe(written);
  }
});

const job = {
  status: { succeeded: 1, phase: "Running", ready: true, gone: null, conditions: [{ type: "Ready", ratio: 0.5 }] },
};

test.each([
  ["status.succeeded", "1"],
  ["status.ready", "true"],
  ["status.gone", ""],
  ["status.conditions.0.type", "Ready"],
  ["status.conditions.0.ratio", "0.5"],
  ["status.conditions.0", '{"type":"Ready","ratio":0.5}'],
  ["status.conditions.x", undefined],
  ["status.conditions.4", undefined],
  ["status.missing", undefined],
  ["status.phase.deeper", undefined],
])("path %s reads %j", (path, value) => {
  expect(lookupPath(job, path)).toBe(value);
});

test.each([
  { success: "status.succeeded > 0", failure: "status.failed > 3", state: "succeeded" },
  { success: "status.succeeded > 1", failure: "status.failed > 3", state: "waiting" },
  { success: "status.succeeded > 0", failure: "status.phase in (Running, Failed)", state: "failed" },
  { success: "status.succeeded > 0,status.phase == Done", failure: "", state: "waiting" },
])("success $success, failure $failure -> $state", ({ success, failure, state }) => {
  const parse = (source: string) => {
    const selector = source === "" ? undefined : parseLabelSelector(source);
    return selector?.ok === true ? selector.value : undefined;
  };
  expect(decideResourceState(job, parse(success), parse(failure))).toBe(state);
});

test("without conditions an object has succeeded", () => {
  expect(decideResourceState(job, undefined, undefined)).toBe("succeeded");
});
