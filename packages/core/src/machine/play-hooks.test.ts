import { expect, test } from "vitest";
import { play, specOf } from "./testing/play.ts";

const arg = (value: string) => ({ parameters: [{ name: "text", value }] });

test.each([
  {
    name: "hooks by status, exit handlers of steps and of the workflow",
    played: () =>
      play(
        specOf(
          [
            {
              name: "main",
              steps: [
                [
                  {
                    name: "a",
                    template: "echo",
                    hooks: {
                      running: { expression: 'steps.a.status == "Running"', template: "echo" },
                      exit: {
                        template: "echo",
                        arguments: arg("exit {{steps.a.status}} {{steps.a.outputs.parameters.x}}"),
                      },
                    },
                  },
                ],
                [{ name: "b", template: "echo", onExit: "echo" }],
              ],
            },
          ],
          {
            hooks: {
              exit: { template: "echo", arguments: arg("{{workflow.status}} {{workflow.failures}}") },
              started: { template: "echo", expression: 'workflow.status == "Running"' },
            },
          },
        ),
        {
          "[0].a": { outputs: { parameters: [{ name: "x", value: "X" }] } },
          "[1].b": { phase: "Failed", message: "no" },
        },
      ),
    result: "Failed: child 'wf-2760215211' failed",
    tree: [
      "wf Steps Failed (child 'wf-2760215211' failed)",
      "hooks.started Pod Succeeded",
      "[0] StepGroup Succeeded",
      "[0].a Pod Succeeded",
      "[0].a.hooks.running Pod Succeeded",
      "[0].a.onExit Pod Succeeded",
      "[1] StepGroup Failed (child 'wf-2760215211' failed)",
      "[1].b Pod Failed (no)",
      "[1].b.onExit Pod Succeeded",
      "onExit Pod Succeeded",
    ],
    started: {
      "hooks.started": ["-"],
      "[0].a": ["-"],
      "[0].a.hooks.running": ["-"],
      "[0].a.onExit": ["exit Succeeded X"],
      "[1].b": ["-"],
      "[1].b.onExit": ["-"],
      onExit: [
        'Failed "[{\\"displayName\\":\\"wf\\",\\"message\\":\\"child \'wf-2760215211\' failed\\",\\"templateName\\":\\"main\\",\\"phase\\":\\"Failed\\",\\"podName\\":\\"wf\\",\\"finishedAt\\":\\"2001-09-09T01:46:51Z\\"},{\\"displayName\\":\\"[1]\\",\\"message\\":\\"child \'wf-2760215211\' failed\\",\\"templateName\\":\\"\\",\\"phase\\":\\"Failed\\",\\"podName\\":\\"wf-444446055\\",\\"finishedAt\\":\\"2001-09-09T01:46:51Z\\"},{\\"displayName\\":\\"b\\",\\"message\\":\\"no\\",\\"templateName\\":\\"echo\\",\\"phase\\":\\"Failed\\",\\"podName\\":\\"wf-echo-2760215211\\",\\"finishedAt\\":\\"2001-09-09T01:46:48Z\\"}]"',
      ],
    },
  },
  {
    name: "a daemon counts as done when it is ready and ends with its scope",
    played: () =>
      play(
        specOf([
          { name: "d", daemon: true, container: { image: "x" } },
          {
            name: "main",
            steps: [
              [{ name: "s", template: "d" }],
              [{ name: "c", template: "echo", arguments: arg("ip {{steps.s.ip}}") }],
            ],
          },
        ]),
        { "[0].s": { daemoned: true, podIP: "10.0.0.1" } },
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].s Pod Succeeded",
      "[1] StepGroup Succeeded",
      "[1].c Pod Succeeded",
    ],
    started: { "[0].s": null, "[1].c": ["ip 10.0.0.1"] },
  },
  {
    name: "hooks of a loop's steps have its item, whatever else they refer to",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            steps: [
              [
                {
                  name: "a",
                  template: "echo",
                  withItems: [{ k: "one" }, { k: "two" }],
                  hooks: {
                    first: { expression: '"{{item.k}}" == "one"', template: "echo", arguments: arg("is {{item.k}}") },
                    exit: { template: "echo", arguments: arg("{{item.k}} {{steps.a.status}} {{=upper(item.k)}}") },
                  },
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
      "[0].a(0:k:one) Pod Succeeded",
      "[0].a(0:k:one).hooks.first Pod Succeeded",
      "[0].a(1:k:two) Pod Succeeded",
      "[0].a(0:k:one).onExit Pod Succeeded",
      "[0].a(1:k:two).onExit Pod Succeeded",
    ],
    started: {
      "[0].a(0:k:one)": ["-"],
      "[0].a(1:k:two)": ["-"],
      "[0].a(0:k:one).hooks.first": ["is one"],
      "[0].a(0:k:one).onExit": ["one Succeeded ONE"],
      "[0].a(1:k:two).onExit": ["two Succeeded TWO"],
    },
  },
  {
    name: "the exit handler of a DAG's loop has the item; that of the whole loop has none",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            dag: {
              tasks: [
                {
                  name: "a",
                  template: "echo",
                  withParam: '["x"]',
                  hooks: { exit: { template: "echo", arguments: arg("{{item}} {{tasks.a.status}}") } },
                },
              ],
            },
          },
        ]),
      ),
    result: "Succeeded",
    tree: [
      "wf DAG Succeeded",
      "a TaskGroup Succeeded",
      "a(0:x) Pod Succeeded",
      "a(0:x).onExit Pod Succeeded",
      "a.onExit Pod Succeeded",
    ],
    started: { "a(0:x)": ["-"], "a(0:x).onExit": ["x Succeeded"], "a.onExit": ["{{item}} Succeeded"] },
  },
])("$name", ({ played, result, tree, started }) => {
  const run = played();
  expect(run.tree).toEqual(tree);
  expect(run.result).toBe(result);
  expect(run.started).toEqual(started);
});
