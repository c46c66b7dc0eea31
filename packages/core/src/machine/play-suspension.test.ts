import { expect, test } from "vitest";
import { nodeIdOf } from "../graph/node-names.ts";
import { echo, play, specOf } from "./testing/play.ts";

test.each([
  {
    name: "a workflow that is submitted suspended starts nothing",
    played: () =>
      play(specOf([{ name: "main", steps: [[{ name: "a", template: "echo" }]] }], { suspend: true }), {}, [
        { type: "resume-requested" },
      ]),
    result: "Succeeded",
    tree: ["wf Steps Succeeded", "[0] StepGroup Succeeded", "[0].a Pod Succeeded"],
    started: { "[0].a": ["-"] },
  },
  {
    name: "what ends during a suspension is taken up after it",
    played: () =>
      play(
        specOf([{ name: "main", steps: [[{ name: "a", template: "echo" }], [{ name: "b", template: "echo" }]] }]),
        { "[0].a": { phase: "runs" } },
        [
          { type: "suspend-requested" },
          {
            type: "task-finished",
            nodeId: "wf-3986212215",
            attempt: 1,
            outcome: { phase: "Succeeded", startedAtMs: 1, finishedAtMs: 2 },
          },
          { type: "resume-requested" },
        ],
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].a Pod Succeeded",
      "[1] StepGroup Succeeded",
      "[1].b Pod Succeeded",
    ],
    started: { "[0].a": ["-"], "[1].b": ["-"] },
  },
  {
    name: "a retried task and its sibling do not both take the place that a resumption finds free",
    played: () =>
      play(
        specOf(
          [
            {
              name: "main",
              dag: {
                tasks: [
                  { name: "loop", template: "echo", withSequence: { count: "1" } },
                  { name: "retried", template: "retried" },
                  { name: "sibling", template: "echo" },
                ],
              },
            },
            { ...echo, name: "retried", retryStrategy: { limit: 1 } },
          ],
          { parallelism: 1 },
        ),
        { "loop(0:0)": { phase: "runs" }, "retried(0)": { phase: "runs" } },
        [
          { type: "suspend-requested" },
          {
            type: "task-finished",
            nodeId: nodeIdOf("wf", "wf.loop(0:0)"),
            attempt: 1,
            outcome: { phase: "Succeeded", startedAtMs: 1, finishedAtMs: 2 },
          },
          { type: "resume-requested" },
        ],
      ),
    result: "Running",
    tree: [
      "wf DAG Running",
      "loop TaskGroup Succeeded",
      "loop(0:0) Pod Succeeded",
      "retried Retry Running",
      "retried(0) Pod Running",
    ],
    started: { "loop(0:0)": ["-"], "retried(0)": ["-"] },
  },
])("$name", ({ played, result, tree, started }) => {
  const run = played();
  expect(run.tree).toEqual(tree);
  expect(run.result).toBe(result);
  expect(run.started).toEqual(started);
});
