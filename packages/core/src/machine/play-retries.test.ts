import { expect, test } from "vitest";
import { play, specOf } from "./testing/play.ts";

const arg = (value: string) => ({ parameters: [{ name: "text", value }] });

test.each([
  {
    name: "each attempt sees the one before it, backoff in between",
    played: () =>
      play(
        specOf([
          {
            name: "r",
            retryStrategy: { limit: 2, backoff: { duration: "10", factor: 2 } },
            container: { image: "x", args: ["{{retries}} {{lastRetry.exitCode}} {{lastRetry.status}} {{pod.name}}"] },
          },
          { name: "main", steps: [[{ name: "a", template: "r" }]] },
        ]),
        {
          "[0].a(0)": { phase: "Failed", message: "bad", outputs: { exitCode: "3" } },
          "[0].a(1)": { phase: "Failed", outputs: { exitCode: "4" } },
        },
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].a Retry Succeeded",
      "[0].a(0) Pod Failed (bad)",
      "[0].a(1) Pod Failed",
      "[0].a(2) Pod Succeeded",
    ],
    started: {
      "[0].a(0)": ["0 0  wf-r-177500394"],
      "[0].a(1)": ["1 3 Failed wf-r-2794558695"],
      "[0].a(2)": ["2 4 Failed wf-r-110684108"],
    },
  },
  {
    name: "an expression decides whether to go on",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            retryStrategy: { limit: 5, expression: "asInt(lastRetry.exitCode) > 3" },
            container: { image: "x" },
          },
        ]),
        {
          "(0)": { phase: "Failed", outputs: { exitCode: "4" } },
          "(1)": { phase: "Failed", outputs: { exitCode: "1" } },
        },
      ),
    result: "Failed: retryStrategy.expression evaluated to false",
    tree: ["wf Retry Failed (retryStrategy.expression evaluated to false)", "(0) Pod Failed", "(1) Pod Failed"],
    started: { "(0)": null, "(1)": null },
  },
  {
    name: "a steps template is retried as a whole",
    played: () =>
      play(
        specOf([
          {
            name: "main",
            retryStrategy: { limit: 1 },
            steps: [[{ name: "a", template: "echo", arguments: arg("try {{retries}}") }]],
          },
        ]),
        { "(0)[0].a": { phase: "Failed", message: "oops" } },
      ),
    result: "Succeeded",
    tree: [
      "wf Retry Succeeded",
      "(0) Steps Failed (child 'wf-3924147526' failed)",
      "(0)[0] StepGroup Failed (child 'wf-3924147526' failed)",
      "(0)[0].a Pod Failed (oops)",
      "(1) Steps Succeeded",
      "(1)[0] StepGroup Succeeded",
      "(1)[0].a Pod Succeeded",
    ],
    started: { "(0)[0].a": ["try 0"], "(1)[0].a": ["try 1"] },
  },
])("$name", ({ played, result, tree, started }) => {
  const run = played();
  expect(run.tree).toEqual(tree);
  expect(run.result).toBe(result);
  expect(run.started).toEqual(started);
});
