import { expect, test } from "vitest";
import { dependsFromDependencies, parseDepends, type TaskResultLookup } from "./parse-depends.ts";

const results: Readonly<Record<string, readonly string[]>> = {
  A: ["Succeeded"],
  B: ["Failed", "AllFailed"],
  "with-dash": ["Skipped"],
  E: ["Errored"],
};
const resultOf: TaskResultLookup = (taskName, result) => results[taskName]?.includes(result) ?? false;

test.each([
  { source: "A", holds: true },
  { source: "B", holds: false },
  { source: "with-dash", holds: true },
  { source: "with-dash.Succeeded", holds: false },
  { source: "A && !B", holds: true },
  { source: "A.Succeeded && (B.Failed || B.Errored)", holds: true },
  { source: "B.AllFailed", holds: true },
  { source: "B.AnySucceeded || A.Failed", holds: false },
  { source: "!(A.Failed)", holds: true },
])("$source -> $holds", ({ source, holds }) => {
  const depends = parseDepends(source);
  expect(depends.ok && depends.value.evaluate(resultOf)).toEqual({ ok: true, value: holds });
});

test("a bare name follows the task's continueOn", () => {
  const continueOn = () => ({ error: true, failed: true });
  for (const source of ["B", "E"]) {
    const depends = parseDepends(source, { continueOn });
    expect(depends.ok && depends.value.evaluate(resultOf)).toEqual({ ok: true, value: true });
  }
});

test("the tasks and results that a condition needs are listed", () => {
  const depends = parseDepends("A && B.AnySucceeded && A.Failed");
  expect(depends.ok && depends.value.taskNames).toEqual(["A", "B"]);
  expect(depends.ok && depends.value.itemTaskNames).toEqual(["B"]);
  expect(depends.ok && depends.value.required).toEqual([
    { taskName: "A", result: "Succeeded" },
    { taskName: "A", result: "Skipped" },
    { taskName: "A", result: "Daemoned" },
    { taskName: "B", result: "AnySucceeded" },
    { taskName: "A", result: "Failed" },
  ]);
});

test("the older form is written as a condition", () => {
  const continueOn = (taskName: string) => (taskName === "B" ? { failed: true } : undefined);
  expect(dependsFromDependencies(["A", "B"], { continueOn })).toBe(
    "(A.Succeeded || A.Skipped || A.Daemoned) && (B.Succeeded || B.Skipped || B.Daemoned || B.Failed)",
  );
});

test.each(["A.Sucess", "A &&", "A.Succeeded B.Succeeded", ""])("%j is refused", (source) => {
  expect(parseDepends(source).ok).toBe(false);
});

test("a condition that is no condition fails", () => {
  const depends = parseDepends("A.Succeeded ? 1 : 2");
  expect(depends.ok && depends.value.evaluate(resultOf).ok).toBe(false);
});

test("a condition may name thousands of tasks", () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `task-${index}`);
  const depends = parseDepends(names.join(" && "));
  expect(depends.ok && depends.value.evaluate(() => true)).toEqual({ ok: true, value: true });
});
