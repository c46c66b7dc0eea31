import { expect, test } from "vitest";
import { play, specOf } from "./testing/play.ts";

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
])("$name", ({ played, result, tree, started }) => {
  const run = played();
  expect(run.tree).toEqual(tree);
  expect(run.result).toBe(result);
  expect(run.started).toEqual(started);
});
