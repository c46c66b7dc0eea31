import { expect, test } from "vitest";
import { play, specOf } from "./testing/play.ts";

const year = "{{=sprig.date('2006', now())}}";
const hooked = { hook: { template: "echo", expression: "now().Year() == 2001" } };

// The played workflow begins in 2001; a clock at zero would say 1970.
test.each([
  {
    field: "a container's arguments",
    templates: [{ name: "main", container: { image: "x", args: [year] } }],
    started: { wf: ["2001"] },
  },
  {
    field: "an attempt's arguments",
    templates: [{ name: "main", retryStrategy: { limit: 1 }, container: { image: "x", args: [year] } }],
    started: { "(0)": ["2001"] },
  },
  {
    field: "a step's argument",
    templates: [
      {
        name: "main",
        steps: [[{ name: "a", template: "echo", arguments: { parameters: [{ name: "text", value: year }] } }]],
      },
    ],
    started: { "[0].a": ["2001"] },
  },
  {
    field: "a loop's items",
    templates: [{ name: "main", dag: { tasks: [{ name: "a", template: "echo", withParam: `[${year}]` }] } }],
    started: { "a(0:2001)": ["-"] },
  },
  {
    field: "a hook's expression",
    templates: [{ name: "main", dag: { tasks: [{ name: "a", template: "echo", hooks: hooked }] } }],
    started: { a: ["-"], "a.hooks.hook": ["-"] },
  },
  {
    field: "a time that is only text counts as now, as sprig has it",
    templates: [
      { name: "main", container: { image: "x", args: ["{{=sprig.date('2006', workflow.creationTimestamp)}}"] } },
    ],
    started: { wf: ["2001"] },
  },
])("expressions are told the time: $field", ({ templates, started }) => {
  expect(play(specOf(templates)).started).toEqual(started);
});

test("chance follows from the workflow and its moment, so that a replay draws the same", () => {
  const spec = specOf([{ name: "main", container: { image: "x", args: ["{{=sprig.randNumeric(12)}}"] } }]);
  const [first, second] = [play(spec).started, play(spec).started];
  expect(first).toEqual(second);
  expect(first["wf"]).toEqual([expect.stringMatching(/^\d{12}$/)]);
});
