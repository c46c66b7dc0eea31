import { expect, test } from "vitest";
import { play, specOf } from "./testing/play.ts";

const lib = {
  "namespaced/lib": {
    templates: [
      {
        name: "outer",
        steps: [
          [
            { name: "in", template: "inner" },
            { name: "cl", templateRef: { name: "clib", template: "x", clusterScope: true } },
          ],
        ],
      },
      { name: "inner", container: { image: "x", args: ["{{workflow.name}} {{steps.name}}"] } },
    ],
  },
  "cluster/clib": { templates: [{ name: "x", container: { image: "x", args: ["cluster"] } }] },
};

const arg = (value: string) => ({ parameters: [{ name: "text", value }] });

test.each([
  {
    name: "a reference to a template that does not exist ends the group at once",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            steps: [
              [
                { name: "a", templateRef: { name: "lib", template: "outer" } },
                { name: "bad", templateRef: { name: "gone", template: "outer" } },
              ],
            ],
          },
        ]),
        {},
        [],
        { workflowTemplates: lib },
      ),
    result: "Failed: step group deemed errored due to child wf[0].bad error: workflow template gone not found",
    tree: [
      "wf Steps Failed (step group deemed errored due to child wf[0].bad error: workflow template gone not found)",
      "[0] StepGroup Error (step group deemed errored due to child wf[0].bad error: workflow template gone not found)",
      "[0].a Steps Running",
      "[0].a[0] StepGroup Running",
      "[0].a[0].in Pod Failed (the workflow ended before this node)",
      "[0].a[0].cl Pod Failed (the workflow ended before this node)",
      "[0].bad Skipped Error (workflow template gone not found)",
    ],
    started: { "[0].a[0].in": ["wf in"], "[0].a[0].cl": ["cluster"] },
  },
  {
    name: "templates of a WorkflowTemplate and of a cluster's, each looked up where it is called",
    played: () =>
      play(
        specOf([{ name: "main", steps: [[{ name: "a", templateRef: { name: "lib", template: "outer" } }]] }]),
        {},
        [],
        { workflowTemplates: lib },
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].a Steps Succeeded",
      "[0].a[0] StepGroup Succeeded",
      "[0].a[0].in Pod Succeeded",
      "[0].a[0].cl Pod Succeeded",
    ],
    started: { "[0].a[0].in": ["wf in"], "[0].a[0].cl": ["cluster"] },
  },
  {
    name: "an inline template takes its loop's items",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            steps: [
              [
                {
                  name: "a",
                  inline: { dag: { tasks: [{ name: "x", template: "echo", arguments: arg("{{item}}") }] } },
                  withItems: ["p", "q"],
                },
              ],
            ],
          },
        ]),
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].a(0:p) DAG Succeeded",
      "[0].a(0:p).x Pod Succeeded",
      "[0].a(1:q) DAG Succeeded",
      "[0].a(1:q).x Pod Succeeded",
    ],
    started: { "[0].a(0:p).x": ["p"], "[0].a(1:q).x": ["q"] },
  },
  {
    name: "only what the targets need runs",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            inputs: { parameters: [{ name: "t", value: "B" }] },
            dag: {
              target: "{{inputs.parameters.t}}",
              tasks: [
                { name: "A", template: "echo" },
                { name: "B", template: "echo", dependencies: ["A"] },
                { name: "C", template: "echo" },
              ],
            },
          },
        ]),
      ),
    result: "Succeeded",
    tree: ["wf DAG Succeeded", "A Pod Succeeded", "B Pod Succeeded"],
    started: { A: ["-"], B: ["-"] },
  },
  {
    name: "a container set is one Pod with a node a container",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            containerSet: {
              containers: [
                { name: "a", image: "x" },
                { name: "b", image: "x", dependencies: ["a"] },
              ],
            },
          },
        ]),
      ),
    result: "Succeeded",
    tree: ["wf Pod Succeeded", "a Container Succeeded", "b Container Succeeded"],
    started: { wf: null },
  },
  {
    name: "an HTTP template's result in simple and in expression tags",
    played: () =>
      play(
        specOf([
          { name: "h", http: { url: "u" } },
          {
            name: "main",
            dag: {
              tasks: [
                { name: "h", template: "h" },
                {
                  name: "s",
                  template: "echo",
                  depends: "h",
                  arguments: arg("{{tasks.h.outputs.result}} {{=tasks.h.outputs.result + '!'}}"),
                },
              ],
            },
          },
        ]),
        { h: { outputs: { result: "body" } } },
      ),
    result: "Succeeded",
    tree: ["wf DAG Succeeded", "h HTTP Succeeded", "s Pod Succeeded"],
    started: { h: { url: "u" }, s: ["body body!"] },
  },
])("$name", ({ played, result, tree, started }) => {
  const run = played();
  expect(run.tree).toEqual(tree);
  expect(run.result).toBe(result);
  expect(run.started).toEqual(started);
});
