import { expect, test } from "vitest";
import { play, specOf } from "./testing/play.ts";

const arg = (value: string) => ({ parameters: [{ name: "text", value }] });

test.each([
  {
    name: "a resume uses the defaults of supplied outputs",
    played: () =>
      play(
        specOf([
          {
            name: "w",
            suspend: {},
            outputs: { parameters: [{ name: "m", valueFrom: { supplied: {}, default: "dflt" } }] },
          },
          {
            name: "main",
            steps: [
              [{ name: "w", template: "w" }],
              [{ name: "b", template: "echo", arguments: arg("{{steps.w.outputs.parameters.m}}") }],
            ],
          },
        ]),
        {},
        [{ type: "resume-requested", by: "me" }],
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].w Suspend Succeeded (Resumed by: me)",
      "[1] StepGroup Succeeded",
      "[1].b Pod Succeeded",
    ],
    started: { "[1].b": ["dflt"] },
  },
  {
    name: "a resume waits for outputs that must be supplied",
    played: () =>
      play(
        specOf([
          { name: "w", suspend: {}, outputs: { parameters: [{ name: "m", valueFrom: { supplied: {} } }] } },
          {
            name: "main",
            steps: [
              [{ name: "w", template: "w" }],
              [{ name: "b", template: "echo", arguments: arg("{{steps.w.outputs.parameters.m}}") }],
            ],
          },
        ]),
        {},
        [
          { type: "resume-requested" },
          {
            type: "nodes-set-requested",
            nodes: { terms: [{ field: "displayName", operator: "=", value: "w" }] },
            outputParameters: [{ name: "m", value: "set" }],
          },
          { type: "resume-requested" },
        ],
      ),
    result: "Succeeded",
    tree: [
      "wf Steps Succeeded",
      "[0] StepGroup Succeeded",
      "[0].w Suspend Succeeded",
      "[1] StepGroup Succeeded",
      "[1].b Pod Succeeded",
    ],
    started: { "[1].b": ["set"] },
  },
  {
    name: "a suspension ends after its duration",
    played: () => play(specOf([{ name: "main", steps: [[{ name: "w", inline: { suspend: { duration: "20s" } } }]] }])),
    result: "Succeeded",
    tree: ["wf Steps Succeeded", "[0] StepGroup Succeeded", "[0].w Suspend Succeeded"],
    started: {},
  },
  {
    name: "stop spares exit handlers",
    played: () =>
      play(
        specOf(
          [
            {
              name: "main",
              dag: {
                tasks: [
                  { name: "a", template: "echo", onExit: "echo" },
                  { name: "b", template: "echo", depends: "a" },
                  { name: "c", inline: { suspend: {} } },
                ],
              },
            },
          ],
          { onExit: "echo" },
        ),
        { a: { phase: "runs" } },
        [{ type: "stop-requested" }],
      ),
    result: "Failed: Stopped with strategy 'Stop'",
    tree: [
      "wf DAG Failed",
      "a Pod Failed (workflow shutdown with strategy:  Stop)",
      "c Suspend Failed (Stopped with strategy 'Stop')",
      "a.onExit Pod Succeeded",
      "onExit Pod Succeeded",
    ],
    started: { a: ["-"], "a.onExit": ["-"], onExit: ["-"] },
  },
  {
    name: "terminate spares nothing",
    played: () =>
      play(
        specOf(
          [
            {
              name: "main",
              retryStrategy: { limit: 3 },
              steps: [[{ name: "a", template: "echo", withItems: [1, 2] }]],
            },
          ],
          { onExit: "echo" },
        ),
        { "(0)[0].a(0:1)": { phase: "runs" }, "(0)[0].a(1:2)": { phase: "runs" } },
        [{ type: "terminate-requested" }],
      ),
    result: "Failed: Stopped with strategy 'Terminate'",
    tree: [
      "wf Retry Failed (Stopped with strategy 'Terminate')",
      "(0) Steps Failed (child 'wf-245630330' failed)",
      "(0)[0] StepGroup Failed (child 'wf-245630330' failed)",
      "(0)[0].a(0:1) Pod Failed (workflow shutdown with strategy:  Terminate)",
      "(0)[0].a(1:2) Pod Failed (workflow shutdown with strategy:  Terminate)",
    ],
    started: { "(0)[0].a(0:1)": ["-"], "(0)[0].a(1:2)": ["-"] },
  },
  {
    name: "past the deadline only the exit handler runs",
    played: () =>
      play(
        specOf([{ name: "main", steps: [[{ name: "a", template: "echo" }], [{ name: "b", template: "echo" }]] }], {
          activeDeadlineSeconds: 60,
          onExit: "echo",
        }),
        { "[0].a": { phase: "runs" } },
      ),
    result: "Failed: child 'wf-3986212215' failed",
    tree: [
      "wf Steps Failed (child 'wf-3986212215' failed)",
      "[0] StepGroup Failed (child 'wf-3986212215' failed)",
      "[0].a Pod Failed (Step exceeded its deadline)",
      "onExit Pod Succeeded",
    ],
    started: { "[0].a": ["-"], onExit: ["-"] },
  },
  {
    name: "a template's timeout",
    played: () =>
      play(
        specOf([
          { name: "t", timeout: "30s", container: { image: "x" } },
          { name: "main", steps: [[{ name: "a", template: "t" }]] },
        ]),
        { "[0].a": { phase: "runs" } },
      ),
    result: "Failed: child 'wf-3986212215' failed",
    tree: [
      "wf Steps Failed (child 'wf-3986212215' failed)",
      "[0] StepGroup Failed (child 'wf-3986212215' failed)",
      "[0].a Pod Failed (Pod was active on the node longer than the specified deadline)",
    ],
    started: { "[0].a": null },
  },
  {
    name: "a manual retry runs failed items and what follows them again",
    played: () =>
      play(
        specOf(
          [
            {
              name: "main",
              dag: {
                tasks: [
                  { name: "a", template: "echo" },
                  { name: "l", template: "echo", withItems: [1, 2, 3], dependencies: ["a"] },
                  { name: "z", template: "echo", dependencies: ["l"] },
                ],
              },
            },
          ],
          { onExit: "echo" },
        ),
        { "l(1:2)": { phase: "Failed", message: "x" } },
        [{ type: "retry-requested", restartSuccessful: false, parameters: [] }],
      ),
    result: "Failed",
    tree: [
      "wf DAG Failed",
      "a Pod Succeeded",
      "l TaskGroup Failed",
      "l(0:1) Pod Succeeded",
      "l(2:3) Pod Succeeded",
      "l(1:2) Pod Failed (x)",
      "z Skipped Omitted (omitted: depends condition not met)",
      "onExit Pod Succeeded",
    ],
    started: { a: ["-"], "l(0:1)": ["-"], "l(1:2)": ["-"], "l(2:3)": ["-"], onExit: ["-"] },
  },
])("$name", ({ played, result, tree, started }) => {
  const run = played();
  expect(run.tree).toEqual(tree);
  expect(run.result).toBe(result);
  expect(run.started).toEqual(started);
});
