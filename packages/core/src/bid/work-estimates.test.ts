import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DagTask, Template } from "../spec/template.ts";
import { expectedSecondsAnnotation, WorkEstimates } from "./work-estimates.ts";

const leaf = (name: string, seconds?: number): Template => ({
  name,
  container: { image: "i" },
  ...(seconds !== undefined && { metadata: { annotations: { [expectedSecondsAnnotation]: String(seconds) } } }),
});

function estimatesOf(templates: readonly Template[]): WorkEstimates {
  return new WorkEstimates(
    (call, scope) => {
      const template = templates.find(({ name }) => name === call.template);
      return template === undefined ? undefined : { template, scope };
    },
    { taskSeconds: (template) => (template.name === "measured" ? 7 : undefined) },
    10,
  );
}

const short = leaf("short", 1);
const long = leaf("long", 100);
const diamond: Template = {
  name: "diamond",
  dag: {
    tasks: [
      { name: "a", template: "short" },
      { name: "b", template: "long", dependencies: ["a"] },
      { name: "c", template: "short", depends: "a.Succeeded || a.Failed" },
      { name: "d", template: "measured", depends: "b && c" },
    ],
  },
};

describe("estimates of a template", () => {
  const estimates = estimatesOf([short, long, leaf("measured"), diamond]);

  test.each<{ title: string; template: Template; path: number; work: number }>([
    { title: "an annotation", template: long, path: 100, work: 100 },
    { title: "past runs", template: leaf("measured", 3), path: 7, work: 7 },
    { title: "the default", template: leaf("unknown"), path: 10, work: 10 },
    { title: "a suspension is no work", template: { name: "s", suspend: {} }, path: 0, work: 0 },
    { title: "the longest path of a DAG", template: diamond, path: 108, work: 109 },
    {
      title: "groups one after the other, steps side by side",
      template: {
        name: "s",
        steps: [
          [
            { name: "x", template: "short" },
            { name: "y", template: "long" },
          ],
          [{ name: "z", template: "diamond" }],
        ],
      },
      path: 208,
      work: 210,
    },
    {
      title: "a loop's work counts for each turn",
      template: {
        name: "s",
        steps: [
          [
            { name: "x", template: "short", withItems: [1, 2, 3] },
            { name: "y", template: "short", withSequence: { start: 1, end: "5" } },
            { name: "z", template: "short", withSequence: { count: "{{inputs.parameters.n}}" } },
            { name: "w", template: "short", withParam: "{{inputs.parameters.list}}" },
          ],
        ],
      },
      path: 1,
      work: 10,
    },
    {
      title: "a template that is not there",
      template: { name: "s", steps: [[{ name: "x", template: "no" }]] },
      path: 0,
      work: 0,
    },
  ])("$title", ({ template, path, work }) => {
    expect(estimates.of(template, "local/wf")).toEqual({ pathSeconds: path, workSeconds: work });
  });

  test("what follows a task", () => {
    expect(estimates.after(diamond, "local/wf", "a")).toEqual({ pathSeconds: 107, workSeconds: 108 });
    expect(estimates.after(diamond, "local/wf", "c")).toEqual({ pathSeconds: 7, workSeconds: 7 });
    expect(estimates.after(diamond, "local/wf", "d")).toEqual({ pathSeconds: 0, workSeconds: 0 });
    expect(estimates.after(diamond, "local/wf", "no")).toEqual({ pathSeconds: 0, workSeconds: 0 });
  });

  test("recursion and cycles end", () => {
    const loop: Template = {
      name: "loop",
      steps: [[{ name: "work", template: "short" }], [{ name: "again", template: "loop", when: "x" }]],
    };
    expect(estimatesOf([short, loop]).of(loop, "")).toEqual({ pathSeconds: 11, workSeconds: 11 });
    const cycle: Template = {
      name: "cycle",
      dag: {
        tasks: [
          { name: "a", template: "short", dependencies: ["b"] },
          { name: "b", template: "short", dependencies: ["a"] },
        ],
      },
    };
    expect(estimatesOf([short, cycle]).of(cycle, "").workSeconds).toBe(2);
  });

  test("a path is never longer than the work, and shrinks along every edge", () => {
    const graph = fc.array(fc.array(fc.nat(20), { maxLength: 3 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(graph, (edges) => {
        const tasks: DagTask[] = edges.map((targets, index) => ({
          name: `t${index}`,
          template: index % 2 === 0 ? "short" : "long",
          dependencies: [...new Set(targets.filter((target) => target < index))].map((target) => `t${target}`),
        }));
        const dag: Template = { name: "g", dag: { tasks } };
        const all = estimatesOf([short, long]);
        const whole = all.of(dag, "");
        expect(whole.pathSeconds).toBeLessThanOrEqual(whole.workSeconds);
        for (const task of tasks) {
          const own = task.template === "short" ? 1 : 100;
          const after = all.after(dag, "", task.name);
          expect(after.pathSeconds).toBeLessThanOrEqual(after.workSeconds);
          for (const before of task.dependencies ?? []) {
            expect(all.after(dag, "", before).pathSeconds).toBeGreaterThanOrEqual(after.pathSeconds + own);
          }
        }
      }),
    );
  });
});
