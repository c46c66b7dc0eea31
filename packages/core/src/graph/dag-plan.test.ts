import { describe, expect, test } from "vitest";
import type { DagTask } from "../spec/template.ts";
import { ancestorsOf, isAncestor, planDag } from "./dag-plan.ts";

const diamond: readonly DagTask[] = [
  { name: "a" },
  { name: "b", dependencies: ["a"] },
  { name: "c", depends: "a.Succeeded || a.Failed" },
  { name: "d", depends: "b && c" },
];

function planned(tasks: readonly DagTask[], target?: string) {
  const plan = planDag({ tasks, ...(target !== undefined && { target }) });
  if (!plan.ok) throw new Error(plan.error);
  return plan.value;
}

describe("the plan of a DAG", () => {
  test("edges in both directions, and targets where nothing follows", () => {
    const plan = planned(diamond);
    expect(plan.tasks.map(({ dependencies }) => dependencies)).toEqual([[], [0], [0], [1, 2]]);
    expect(plan.tasks.map(({ dependents }) => dependents)).toEqual([[1, 2], [3], [3], []]);
    expect(plan.targets).toEqual([3]);
  });

  test("with a target only what it needs is wanted", () => {
    expect(planned(diamond, "b").tasks.map(({ isWanted }) => isWanted)).toEqual([true, true, false, false]);
    expect(planned(diamond, "c b").targets).toEqual([2, 1]);
  });

  test("ancestors, near and far", () => {
    const plan = planned(diamond);
    expect([...ancestorsOf(plan, 3)].sort()).toEqual([0, 1, 2]);
    expect(isAncestor(plan, 0, 3)).toBe(true);
    expect(isAncestor(plan, 3, 0)).toBe(false);
    expect(isAncestor(plan, 2, 1)).toBe(false);
  });

  test.each([
    {
      name: "a circle",
      tasks: [
        { name: "a", dependencies: ["b"] },
        { name: "b", dependencies: ["a"] },
      ],
      error: /circle/,
    },
    { name: "an unknown task", tasks: [{ name: "a", dependencies: ["x"] }], error: /unknown task 'x'/ },
    { name: "an unknown target", tasks: [{ name: "a" }], target: "z", error: /target 'z'/ },
  ])("$name is an error", ({ tasks, target, error }) => {
    const plan = planDag({ tasks, ...(target !== undefined && { target }) });
    expect(plan.ok ? "" : plan.error).toMatch(error);
  });

  test("a depends that cannot be read is the task's own problem", () => {
    const plan = planned([{ name: "a" }, { name: "b", depends: "a.Nonsense" }]);
    expect(plan.tasks[1]?.problem).toMatch(/Nonsense/);
  });

  test.each([
    { continueOn: undefined, result: "Failed" as const, holds: false },
    { continueOn: { failed: true }, result: "Failed" as const, holds: true },
    { continueOn: { failed: true }, result: "Errored" as const, holds: false },
    { continueOn: { error: true }, result: "Errored" as const, holds: true },
    { continueOn: undefined, result: "Skipped" as const, holds: true },
  ])("dependencies with continueOn $continueOn let $result on: $holds", ({ continueOn, result, holds }) => {
    const plan = planned([
      { name: "a", ...(continueOn !== undefined && { continueOn }) },
      { name: "b", dependencies: ["a"] },
    ]);
    const verdict = plan.tasks[1]?.condition?.holds((_task, asked) => asked === result);
    expect(verdict).toEqual({ ok: true, value: holds });
  });
});
