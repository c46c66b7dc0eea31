import { expect, test } from "vitest";
import { play, specOf } from "./testing/play.ts";

const arg = (value: string) => ({ parameters: [{ name: "text", value }] });

test.each([
  {
    name: "a reference to an output that does not exist",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            steps: [
              [{ name: "a", template: "echo" }],
              [{ name: "b", template: "echo", arguments: arg("{{steps.a.outputs.result}}") }],
            ],
          },
        ]),
      ),
    result: "Failed: failed to resolve references: failed to resolve {{steps.a.outputs.result}}",
    tree: [
      "wf Steps Failed (failed to resolve references: failed to resolve {{steps.a.outputs.result}})",
      "[0] StepGroup Succeeded",
      "[0].a Pod Succeeded",
      "[1] StepGroup Error (failed to resolve references: failed to resolve {{steps.a.outputs.result}})",
    ],
    started: { "[0].a": ["-"] },
  },
  {
    name: "outputs that a skipped task owes: the input's default, or ?? in an expression",
    played: () =>
      play(
        specOf([
          {
            name: "prod",
            outputs: { parameters: [{ name: "o", valueFrom: { path: "/o" } }] },
            container: { image: "x" },
          },
          {
            name: "main",
            dag: {
              tasks: [
                { name: "a", template: "prod", when: "1 == 2" },
                {
                  name: "b",
                  template: "echo",
                  dependencies: ["a"],
                  arguments: arg("{{tasks.a.outputs.parameters.o}}"),
                },
                {
                  name: "c",
                  template: "echo",
                  dependencies: ["a"],
                  arguments: arg("{{=tasks.a.outputs.parameters.o ?? 'fb'}}"),
                },
              ],
            },
          },
        ]),
      ),
    result: "Succeeded",
    tree: [
      "wf DAG Succeeded",
      "a Skipped Skipped (when '1 == 2' evaluated false)",
      "b Pod Succeeded",
      "c Pod Succeeded",
    ],
    started: { b: ["-"], c: ["fb"] },
  },
  {
    name: "an argument without a value",
    played: () =>
      play(specOf([{ name: "main", container: { image: "x" } }], { arguments: { parameters: [{ name: "q" }] } })),
    result:
      "Failed: failed to set global parameters: either value or valueFrom must be specified in order to set global parameter q",
    tree: [],
    started: {},
  },
  {
    name: "a condition that cannot be read, in steps",
    played: () => play(specOf([{ name: "main", steps: [[{ name: "a", template: "echo", when: "1 ==" }]] }])),
    result: "Failed: failed to resolve references: Invalid 'when' expression '1 ==': Unexpected end of expression",
    tree: [
      "wf Steps Failed (failed to resolve references: Invalid 'when' expression '1 ==': Unexpected end of expression)",
      "[0] StepGroup Error (failed to resolve references: Invalid 'when' expression '1 ==': Unexpected end of expression)",
    ],
    started: {},
  },
  {
    name: "a condition that cannot be read, in a DAG",
    played: () => play(specOf([{ name: "main", dag: { tasks: [{ name: "a", template: "echo", when: "1 ==" }] } }])),
    result: "Error",
    tree: ["wf DAG Error", "a Skipped Error (Invalid 'when' expression '1 ==': Unexpected end of expression)"],
    started: {},
  },
  {
    name: "a loop over what is no list",
    played: () => play(specOf([{ name: "main", steps: [[{ name: "a", template: "echo", withParam: "nope" }]] }])),
    result: "Failed: withParam value could not be parsed as a JSON list: nope: it is not valid JSON",
    tree: [
      "wf Steps Failed (withParam value could not be parsed as a JSON list: nope: it is not valid JSON)",
      "[0] StepGroup Error (withParam value could not be parsed as a JSON list: nope: it is not valid JSON)",
    ],
    started: {},
  },
  {
    name: "a failed exit handler fails the workflow",
    played: () =>
      play(specOf([{ name: "main", container: { image: "x" } }], { onExit: "echo" }), {
        onExit: { phase: "Failed", message: "exit bad" },
      }),
    result: "Failed: exit bad",
    tree: ["wf Pod Succeeded", "onExit Pod Failed (exit bad)"],
    started: { wf: null, onExit: ["-"] },
  },
])("$name", ({ played, result, tree, started }) => {
  const run = played();
  expect(run.tree).toEqual(tree);
  expect(run.result).toBe(result);
  expect(run.started).toEqual(started);
});
