import type { NodeStatus, WorkflowHeader } from "@capstan/core";
import type { Problem } from "@capstan/manifest";
import { describe, expect, test } from "vitest";
import type { ChangeEvent } from "../client/workflow-api.ts";
import { formatAge, formatSpan } from "./duration.ts";
import { headline } from "./headline.ts";
import { LineLog } from "./line-log.ts";
import { renderOutputs } from "./outputs.ts";
import { paletteFor } from "./phase-style.ts";
import { problemSummary, renderProblems } from "./problems.ts";
import { renderTable } from "./table.ts";
import { cut, pad, widthOf, wrapped } from "./text-width.ts";
import { WorkflowView } from "./workflow-view.ts";

const palette = paletteFor(false);

test.each([
  [0, "0s"],
  [340, "340ms"],
  [999.6, "1000ms"],
  [1_000, "1s"],
  [4_260, "4.2s"],
  [59_999, "59s"],
  [80_000, "1m 20s"],
  [3_600_000 * 3 + 300_000, "3h 5m"],
  [86_400_000 * 2 + 3_600_000, "2d 1h"],
  [-5, "0ms"],
])("a span of %d ms is %s", (spanMs, text) => expect(formatSpan(spanMs)).toBe(text));

test.each([
  [-1, "0s"],
  [59_000, "59s"],
  [60_000, "1m"],
  [7_200_000, "2h"],
  [86_400_000 * 3, "3d"],
])("an age of %d ms is %s", (spanMs, text) => expect(formatAge(spanMs)).toBe(text));

test("text is measured in columns and cut between characters", () => {
  expect(widthOf("a名😀")).toBe(5);
  expect(cut("abcdef", 4)).toBe("abc…");
  expect(cut("名名名", 4)).toBe("名…");
  expect(cut("abc", 0)).toBe("");
  expect(cut("a\u001b[31mb", 10)).toBe("ab");
  expect(pad("名", 4)).toBe("名  ");
});

test("a table has aligned columns, and cells of one line", () => {
  expect(
    renderTable(
      ["NAME", "MESSAGE"],
      [
        ["a-long-name", "two\nlines"],
        ["b", ""],
      ],
    ),
  ).toEqual(["NAME         MESSAGE", "a-long-name  two lines", "b"]);
});

describe("problems", () => {
  const source = "kind: Workflow\nspec:\n\tbad: 1\nend: true\n";
  const problem: Problem = {
    code: "UNKNOWN_FIELD",
    message: "No such field.",
    file: "a.yaml",
    line: 3,
    column: 2,
    path: "spec.bad",
    severity: "error",
  };

  test("have their place, path and the lines around them", () => {
    expect(renderProblems([problem], () => source, palette, 80)).toEqual([
      "a.yaml:3:2 error: No such field.",
      "  at spec.bad",
      "  2 │ spec:",
      "> 3 │  bad: 1",
      "    │  ^",
      "  4 │ end: true",
    ]);
  });

  test("without a place have their message", () => {
    const bare: Problem = { code: "REQUIRED", message: "Something is missing.", path: "", severity: "warning" };
    expect(renderProblems([bare], () => undefined, palette, 80)).toEqual(["warning: Something is missing."]);
    expect(problemSummary([problem, problem, bare], 1)).toBe("2 errors, 1 warning in 1 file");
  });
});

const header = (fields: Partial<WorkflowHeader> = {}): WorkflowHeader => ({
  ...{ phase: "Running", progress: "1/2", conditions: [], suspended: false, labels: {}, annotations: {}, machine: {} },
  ...fields,
});
const pod = (id: string, fields: Partial<NodeStatus> = {}): NodeStatus => ({
  ...{ id, name: `wf.${id}`, displayName: id, type: "Pod", phase: "Running" },
  ...fields,
});
const change = (fields: Partial<ChangeEvent> = {}): ChangeEvent => ({
  ...{ type: "change", nodes: [], removedNodeIds: [], deleted: false },
  ...fields,
});

test("a headline says how it goes", () => {
  const options = { nowMs: 9_000, width: 60, palette };
  expect(headline("wf", header({ startedAtMs: 4_000 }), options)).toBe("● wf  Running  5s  1/2");
  expect(headline("wf", header({ suspended: true }), options)).toBe("● wf  Suspended  1/2");
  const failed = header({ phase: "Failed", startedAtMs: 1, finishedAtMs: 2, message: `a\n${"b".repeat(90)}` });
  expect(headline("wf", failed, options)).toHaveLength(59);
  expect(headline("wf", undefined, options)).toBe("◷ wf  Pending");
});

describe("a view", () => {
  test("takes snapshots, changes and deletions", () => {
    const view = new WorkflowView();
    const metadata = { name: "wf", namespace: "default", uid: "u" };
    view.apply({ ...change({ nodes: [pod("a")], header: header() }), type: "snapshot", metadata, more: true });
    expect(view.finished).toBe(false);
    view.apply(change({ nodes: [pod("b"), pod("a", { phase: "Succeeded" })] }));
    expect(view.nodes.map((node) => [node.id, node.phase])).toEqual([
      ["a", "Succeeded"],
      ["b", "Running"],
    ]);
    view.apply(change({ removedNodeIds: ["b"], header: header({ phase: "Succeeded", finishedAtMs: 9 }) }));
    expect([view.nodeCount, view.finished]).toEqual([1, true]);
    view.apply({ ...change({ nodes: [pod("c")], header: header() }), type: "snapshot", metadata });
    expect(view.nodes.map((node) => node.id)).toEqual(["c"]);
    view.apply(change({ deleted: true }));
    expect(view.finished).toBe(true);
  });

  test("whose snapshot is not complete has not ended", () => {
    const view = new WorkflowView();
    view.apply({ ...change({ header: header({ finishedAtMs: 5 }) }), type: "snapshot", more: true });
    expect(view.finished).toBe(false);
    view.apply(change({ nodes: [pod("z")] }));
    expect(view.finished).toBe(true);
  });
});

describe("the line log", () => {
  const told = (...events: readonly ChangeEvent[]) => {
    const log = new LineLog(palette);
    const view = new WorkflowView();
    view.apply({ ...change(), type: "snapshot", metadata: { name: "wf", namespace: "default", uid: "u" } });
    return events.flatMap((event) => {
      view.apply(event);
      return log.lines(event, view, 10_000);
    });
  };

  test("tells each end once, and what waits", () => {
    const ended = pod("a", { phase: "Failed", startedAtMs: 1_000, finishedAtMs: 3_000, message: "exit\ncode 1" });
    expect(
      told(
        change({ nodes: [pod("a"), pod("g", { type: "Steps", phase: "Succeeded" })], header: header() }),
        change({ nodes: [ended] }),
        change({ nodes: [ended, pod("gate", { type: "Suspend" })] }),
        change({ header: header({ phase: "Failed", startedAtMs: 1, finishedAtMs: 4_001, message: "child failed" }) }),
      ),
    ).toEqual([
      "● wf  Running",
      "  ✖ wf.a  2s  exit code 1",
      "  ǁ wf.gate  waits to be resumed",
      "✖ wf  Failed  4s  child failed",
    ]);
  });

  test("of a large workflow tells failures and sums", () => {
    const many = Array.from({ length: 1_000 }, (_, index) =>
      pod(`n${index}`, { phase: index === 5 ? "Failed" : "Succeeded" }),
    );
    const lines = told(change({ nodes: many, header: header({ progress: "999/1000" }) }));
    expect(lines).toEqual(["  ✖ wf.n5", "● wf  Running", "  999/1000  ✖ 1  ✔ 999"]);
  });
});

test("outputs: parameters, global ones, artifacts; or the result alone", () => {
  const root = pod("wf", {
    outputs: {
      parameters: [{ name: "text", value: "one\ntwo\n" }],
      artifacts: [{ name: "file", path: "/tmp/x" }],
      result: "ignored",
    },
  });
  expect(renderOutputs(root, { parameters: [{ name: "all", value: "3" }] }, palette)).toEqual([
    "Outputs",
    "  text  one",
    "        two",
    "  file  (artifact) /tmp/x",
    "  all   3",
  ]);
  expect(renderOutputs(pod("wf", { outputs: { result: "42" } }), undefined, palette)).toEqual([
    "Outputs",
    "  result  42",
  ]);
  expect(renderOutputs(undefined, undefined, palette)).toEqual([]);
});

test("text is wrapped between words, and within them only where one is too long", () => {
  expect(wrapped("suspended; to go on: capstan resume x", 20)).toEqual(["suspended; to go on:", "capstan resume x"]);
  expect(wrapped("abcdefgh ij", 4)).toEqual(["abcd", "efgh", "ij"]);
  expect(wrapped("", 4)).toEqual([]);
});
