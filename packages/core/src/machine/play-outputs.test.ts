import { expect, test } from "vitest";
import { play, specOf } from "./testing/play.ts";

const arg = (value: string) => ({ parameters: [{ name: "text", value }] });

test.each([
  {
    name: "global outputs reach later steps and the exit handler's workflow",
    played: () =>
      play(
        specOf(
          [
            {
              name: "gen",
              outputs: { parameters: [{ name: "o", globalName: "g", valueFrom: { path: "/x" } }] },
              container: { image: "x" },
            },
            {
              name: "main",
              steps: [
                [{ name: "a", template: "gen" }],
                [
                  {
                    name: "b",
                    template: "echo",
                    arguments: arg("{{workflow.outputs.parameters.g}} {{steps.a.outputs.parameters.o}}"),
                  },
                ],
              ],
            },
          ],
          { onExit: "echo" },
        ),
        { "[0].a": { outputs: { parameters: [{ name: "o", value: "V" }] } } },
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].a Pod Succeeded",
      "[1] StepGroup Succeeded",
      "[1].b Pod Succeeded",
      "onExit Pod Succeeded",
    ],
    started: { "[0].a": null, "[1].b": ["V V"], onExit: ["-"] },
  },
  {
    name: "a loop's outputs as lists; an empty loop is skipped",
    played: () =>
      play(
        specOf([
          {
            name: "num",
            inputs: { parameters: [{ name: "text" }] },
            outputs: { parameters: [{ name: "o", valueFrom: { path: "/o" } }] },
            container: { image: "x" },
          },
          {
            name: "main",
            steps: [
              [
                { name: "l", template: "num", withParam: '["x", {"k": 1}]', arguments: arg("{{item}}") },
                { name: "e", template: "echo", withParam: "[]" },
              ],
              [
                {
                  name: "s",
                  template: "echo",
                  arguments: arg("{{steps.l.outputs.parameters.o}} {{steps.l.outputs.result}}"),
                },
              ],
            ],
            outputs: { parameters: [{ name: "all", valueFrom: { parameter: "{{steps.l.outputs.parameters}}" } }] },
          },
        ]),
        {
          "[0].l(0:x)": { outputs: { result: "1", parameters: [{ name: "o", value: "A" }] } },
          "[0].l(1:k:1)": { outputs: { result: "2", parameters: [{ name: "o", value: "B" }] } },
        },
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].e Skipped Skipped (Skipped, empty params)",
      "[0].l(0:x) Pod Succeeded",
      "[0].l(1:k:1) Pod Succeeded",
      "[1] StepGroup Succeeded",
      "[1].s Pod Succeeded",
    ],
    started: { "[0].l(0:x)": null, "[0].l(1:k:1)": null, "[1].s": ['["A","B"] [1,2]'] },
  },
  {
    name: "outputs by expression over a branch that ran",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            steps: [
              [{ name: "a", template: "echo" }],
              [
                { name: "h", template: "echo", when: "{{steps.a.outputs.result}} == heads" },
                { name: "t", template: "echo", when: "{{steps.a.outputs.result}} == tails" },
              ],
            ],
            outputs: {
              parameters: [
                {
                  name: "r",
                  valueFrom: {
                    expression: "steps.a.outputs.result == 'heads' ? steps.h.outputs.result : steps.t.outputs.result",
                  },
                },
              ],
            },
          },
        ]),
        { "[0].a": { outputs: { result: "heads" } }, "[1].h": { outputs: { result: "H" } } },
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].a Pod Succeeded",
      "[1] StepGroup Succeeded",
      "[1].h Pod Succeeded",
      "[1].t Skipped Skipped (when 'heads == tails' evaluated false)",
    ],
    started: { "[0].a": ["-"], "[1].h": ["-"] },
  },
])("$name", ({ played, result, tree, started }) => {
  const run = played();
  expect(run.tree).toEqual(tree);
  expect(run.result).toBe(result);
  expect(run.started).toEqual(started);
});
