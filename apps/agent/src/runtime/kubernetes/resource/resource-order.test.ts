import type { JsonObject } from "@capstan/core";
import { expect, test } from "vitest";
import { readKubectlFlags } from "./kubectl-flags.ts";
import { readResourceOrder } from "./resource-order.ts";

const job = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\n";
const read = (resource: JsonObject, manifest = job) => readResourceOrder(resource, manifest);
const ofManifest = { by: "manifest", apiVersion: "batch/v1", kind: "Job" };

test.each<{ readonly what: string; readonly resource: JsonObject; readonly manifest?: string; readonly order: object }>(
  [
    { what: "the manifest's object", resource: { action: "create" }, order: { targets: [ofManifest] } },
    {
      what: "conditions",
      resource: { action: "get", successCondition: "status.succeeded > 2", failureCondition: "a in (b, c)" },
      order: {
        success: { requirements: [{ key: "status.succeeded", operator: ">", values: ["2"] }] },
        failure: { requirements: [{ key: "a", operator: "in", values: ["b", "c"] }] },
      },
    },
    {
      what: "a strategic patch, which names its object",
      resource: { action: "patch" },
      order: { targets: [ofManifest], patch: { kind: "strategic", body: { kind: "Job" } } },
    },
    {
      what: "a JSON patch, whose object stands in the flags",
      resource: { action: "patch", mergeStrategy: "json", flags: ["pod", "p"] },
      manifest: "- op: add\n  path: /a\n  value: b\n",
      order: {
        targets: [{ by: "name", type: "pod", name: "p" }],
        patch: { kind: "json", body: [{ op: "add", path: "/a", value: "b" }] },
      },
    },
    {
      what: "several objects to delete",
      resource: { action: "delete" },
      manifest: `${job}---\n${job}`,
      order: { targets: [ofManifest, ofManifest] },
    },
    {
      what: "the objects of a List",
      resource: { action: "delete" },
      manifest: JSON.stringify({ kind: "List", apiVersion: "v1", items: [{ apiVersion: "batch/v1", kind: "Job" }] }),
      order: { targets: [ofManifest] },
    },
    {
      what: "TYPE/NAME",
      resource: { action: "delete", flags: ["job/a", "pod/b", "--ignore-not-found"] },
      manifest: "",
      order: {
        targets: [
          { by: "name", type: "job", name: "a" },
          { by: "name", type: "pod", name: "b" },
        ],
        settings: { ignoresAbsence: true },
      },
    },
    {
      what: "types with a selector",
      resource: { action: "delete", flags: ["pods,jobs", "-l", "a=b"] },
      manifest: "",
      order: {
        targets: [
          { by: "selector", type: "pods" },
          { by: "selector", type: "jobs" },
        ],
        settings: { selector: "a=b" },
      },
    },
  ],
)("reads $what", ({ resource, manifest, order }) => {
  expect(read(resource, manifest)).toMatchObject({ ok: true, value: order });
});

test.each<{ readonly resource: JsonObject; readonly manifest?: string; readonly error: RegExp }>([
  { resource: { action: "scale" }, error: /"scale" is none of get, create/ },
  { resource: { action: "get" }, manifest: "", error: /Must provide at least one of flags or manifest/ },
  { resource: { action: "create" }, manifest: `${job}---\n${job}`, error: /create takes one object.*2/ },
  { resource: { action: "create" }, manifest: "kind: Job\n", error: /'apiVersion' is missing/ },
  { resource: { action: "create" }, manifest: "apiVersion: v1\n", error: /'Kind' is missing/ },
  { resource: { action: "create" }, manifest: "a: [", error: /manifest, line \d+: .*not YAML/ },
  { resource: { action: "create" }, manifest: "- 1\n", error: /must be an object/ },
  { resource: { action: "get", flags: ["job", "j"] }, error: /may not name objects as well/ },
  { resource: { action: "get", flags: ["job"] }, manifest: "", error: /name the object/ },
  { resource: { action: "get", flags: ["job", "a", "b"] }, manifest: "", error: /get takes one object/ },
  { resource: { action: "delete", flags: ["--all"] }, manifest: "", error: /needs a type/ },
  { resource: { action: "delete", flags: ["job", "j", "--all"] }, manifest: "", error: /not both/ },
  { resource: { action: "delete", flags: ["job/j", "k"] }, manifest: "", error: /TYPE\/NAME/ },
  { resource: { action: "patch", mergeStrategy: "json" }, manifest: "[]", error: /name the object in flags/ },
  { resource: { action: "patch", mergeStrategy: "odd" }, error: /"odd" is none of strategic, merge, json/ },
  {
    resource: { action: "patch", mergeStrategy: "json", flags: ["pod", "p"] },
    manifest: "a: 1",
    error: /must be a list/,
  },
  { resource: { action: "get", successCondition: "a ~ b" }, error: /success condition 'a ~ b' failed to parse/ },
  { resource: { action: "get", failureCondition: "(" }, error: /failure condition '\(' failed to parse/ },
])("refuses $resource", ({ resource, manifest, error }) => {
  expect(read(resource, manifest)).toMatchObject({ ok: false, error: expect.stringMatching(error) });
});

test.each([
  [["-n", "x"], { namespace: "x" }],
  [["-nx"], { namespace: "x" }],
  [["--namespace=x"], { namespace: "x" }],
  [["--grace-period=0", "--cascade=orphan", "--wait=false"], { graceSeconds: 0, propagation: "Orphan", waits: false }],
  [["--grace-period=5", "--grace-period=-1"], { graceSeconds: 5 }],
  [["--now"], { graceSeconds: 1 }],
  [["--cascade"], { propagation: "Background" }],
  [["--all", "pods"], { all: true, words: ["pods"] }],
  [["--", "--all"], { all: false, words: ["--all"] }],
  [["-o", "yaml", "--field-selector", "a=b"], { fieldSelector: "a=b", words: [] }],
])("%j of a deletion", (flags, settings) => {
  const result = readKubectlFlags("delete", flags);
  expect(result.ok && result.value).toMatchObject(settings);
});

test.each([
  ["create", "--validate=false", { validation: "Ignore" }],
  ["apply", "--validate", { validation: "Strict" }],
  ["apply", "--server-side", {}],
  ["patch", "--subresource=status", { subresource: "status" }],
] as const)("%s %s", (action, flag, settings) => {
  const result = readKubectlFlags(action, [flag]);
  expect(result.ok && result.value).toMatchObject(settings);
});

test.each([
  ["create", "--all", /not supported with create.*--validate/],
  ["delete", "--kubeconfig=/x", /not supported/],
  ["delete", "--as=admin", /not supported/],
  ["delete", "-A", /not supported/],
  ["delete", "--constructor", /not supported/],
  ["delete", "--grace-period=x", /expected a number/],
  ["delete", "--grace-period", /expected a value/],
  ["delete", "--cascade=no", /expected one of background/],
  ["delete", "--wait=maybe", /expected one of true, false/],
] as const)("%s refuses %s", (action, flag, error) => {
  expect(readKubectlFlags(action, [flag])).toMatchObject({ ok: false, error: expect.stringMatching(error) });
});
