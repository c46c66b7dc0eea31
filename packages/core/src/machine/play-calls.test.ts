import { expect, test } from "vitest";
import { play, specOf } from "./testing/play.ts";

const arg = (value: string) => ({ parameters: [{ name: "text", value }] });

test.each([
  {
    name: "a template that does not exist",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            steps: [
              [
                { name: "a", template: "nope" },
                { name: "b", template: "echo" },
              ],
            ],
          },
        ]),
      ),
    result: "Failed: step group deemed errored due to child wf[0].a error: template nope not found",
    tree: [
      "wf Steps Failed (step group deemed errored due to child wf[0].a error: template nope not found)",
      "[0] StepGroup Error (step group deemed errored due to child wf[0].a error: template nope not found)",
      "[0].a Skipped Error (template nope not found)",
    ],
    started: {},
  },
  {
    name: "an input without a value in a DAG",
    played: () =>
      play(
        specOf([
          { name: "need", inputs: { parameters: [{ name: "p" }] }, container: { image: "x" } },
          {
            name: "main",
            dag: {
              tasks: [
                { name: "a", template: "need" },
                { name: "b", template: "echo", dependencies: ["a"] },
              ],
            },
          },
        ]),
      ),
    result: "Error",
    tree: [
      "wf DAG Error",
      "a Skipped Error (task 'wf.a' errored: inputs.parameters.p was not supplied)",
      "b Skipped Omitted (omitted: depends condition not met)",
    ],
    started: {},
  },
  {
    name: "depends on results of a loop",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            dag: {
              tasks: [
                { name: "l", template: "echo", withItems: [1, 2, 3] },
                { name: "any", template: "echo", depends: "l.AnySucceeded" },
                { name: "all", template: "echo", depends: "l.AllFailed" },
                { name: "none", template: "echo", depends: "l.Failed && !l.Errored" },
              ],
            },
          },
        ]),
        { "l(1:2)": { phase: "Failed" } },
      ),
    result: "Failed",
    tree: [
      "wf DAG Failed",
      "l TaskGroup Failed",
      "l(0:1) Pod Succeeded",
      "l(1:2) Pod Failed",
      "l(2:3) Pod Succeeded",
      "any Pod Succeeded",
      "all Skipped Omitted (omitted: depends condition not met)",
      "none Pod Succeeded",
    ],
    started: { "l(0:1)": ["-"], "l(1:2)": ["-"], "l(2:3)": ["-"], any: ["-"], none: ["-"] },
  },
  {
    name: "continueOn, status and exit code",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            steps: [
              [{ name: "a", template: "echo", continueOn: { failed: true } }],
              [{ name: "b", template: "echo", arguments: arg("{{steps.a.status}} {{steps.a.exitCode}}") }],
            ],
          },
        ]),
        { "[0].a": { phase: "Failed", outputs: { exitCode: "7" } } },
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].a Pod Failed",
      "[1] StepGroup Succeeded",
      "[1].b Pod Succeeded",
    ],
    started: { "[0].a": ["-"], "[1].b": ["Failed 7"] },
  },
])("$name", ({ played, result, tree, started }) => {
  const run = played();
  expect(run.tree).toEqual(tree);
  expect(run.result).toBe(result);
  expect(run.started).toEqual(started);
});
