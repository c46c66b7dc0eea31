import { expect, test } from "vitest";
import { callNameIn, displayNameOf, nodeIdOf, podNameOf } from "./node-names.ts";

test.each([
  { name: "wf", id: "wf" },
  { name: "steps-4q7gx[1].hello2b", id: "wf-3433935415" },
])("the id of $name", ({ name, id }) => {
  expect(nodeIdOf("wf", name)).toBe(id);
});

test.each([
  { name: "wf", boundary: undefined, shown: "wf" },
  { name: "wf[0]", boundary: "wf", shown: "[0]" },
  { name: "wf[0].a", boundary: "wf", shown: "a" },
  { name: "wf.a(0:x)", boundary: "wf", shown: "a(0:x)" },
  { name: "wf.a(0)", boundary: "wf", shown: "a(0)" },
  { name: "wf.a.onExit", boundary: "wf", shown: "a.onExit" },
])("$name is shown as $shown", ({ name, boundary, shown }) => {
  expect(displayNameOf(name, boundary)).toBe(shown);
});

test.each([
  { name: "wf[0].fan(1:x)(0)", call: "fan" },
  { name: "wf.task", call: "task" },
  { name: "wf.task[1]", call: "task" },
  { name: "wf", call: "wf" },
])("$name was called by $call", ({ name, call }) => {
  expect(callNameIn(name)).toBe(call);
});

test.each([
  { node: "wf", template: "main", pod: "wf" },
  { node: "wf-42", template: "echo", pod: "wf-echo-42" },
  { node: "wf-42", template: undefined, pod: "wf-42" },
])("the Pod of $node", ({ node, template, pod }) => {
  expect(podNameOf("wf", node, template)).toBe(pod);
});

test("a Pod's name keeps to Kubernetes' length", () => {
  expect(podNameOf("w".repeat(300), `${"w".repeat(300)}-4294967295`, "t").length).toBeLessThanOrEqual(253);
});
