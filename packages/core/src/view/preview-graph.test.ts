import { describe, expect, test } from "vitest";
import type { Template } from "../spec/template.ts";
import type { WorkflowBundle, WorkflowSpec } from "../spec/workflow.ts";
import { previewGraph } from "./preview-graph.ts";
import type { Vertex } from "./visible-graph.ts";

const leaf: Template = { name: "work", container: { image: "busybox" } };

function bundle(templates: readonly Template[], spec: WorkflowSpec = {}): WorkflowBundle {
  const workflow = {
    ...({ apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata: { name: "wf" } } as const),
    spec: { entrypoint: "main", templates: [...templates, leaf], ...spec },
  };
  return { workflow, workflowTemplates: {}, configMaps: {} };
}

/** A line a vertex: "container > kind name ×count after (message)". */
function drawn(vertices: readonly Vertex[]): readonly string[] {
  return vertices.map(({ id, kind, after, childCount, message, hooked }) => {
    const parts = [
      kind,
      id,
      childCount !== undefined && `×${childCount}`,
      after.length > 0 && `after ${after.join(" ")}`,
    ];
    return [...parts, message !== undefined && `(${message})`, hooked && "hooked"].filter(Boolean).join(" ");
  });
}

function draw(main: Omit<Template, "name">, spec?: WorkflowSpec): readonly string[] {
  return drawn(previewGraph(bundle([{ name: "main", ...main } as Template], spec)));
}

describe("what would run is drawn before it runs", () => {
  test("steps: groups one after the other, what is in a group side by side", () => {
    const steps = [
      [{ name: "a", template: "work" }],
      [
        { name: "b", template: "work" },
        { name: "c", template: "work" },
      ],
    ];
    expect(draw({ steps })).toEqual([
      "Steps /wf ×2",
      "StepGroup /wf/[0] ×1",
      "Pod /wf/[0]/a",
      "StepGroup /wf/[1] ×2 after /wf/[0]",
      "Pod /wf/[1]/b",
      "Pod /wf/[1]/c",
    ]);
  });

  test("a DAG: edges of both forms, and only what its target needs", () => {
    const tasks = [
      { name: "a", template: "work" },
      { name: "b", template: "work", dependencies: ["a"] },
      { name: "c", template: "work", depends: "a.Succeeded && (b || b.Failed)" },
      { name: "unwanted", template: "work" },
    ];
    expect(draw({ dag: { target: "c", tasks } })).toEqual([
      "DAG /wf ×4",
      "Pod /wf/a",
      "Pod /wf/b after /wf/a",
      "Pod /wf/c after /wf/a /wf/b",
    ]);
  });

  test.each([
    { loop: { withItems: ["a", "b", "c"] }, count: " ×3" },
    { loop: { withParam: '["a", "b"]' }, count: " ×2" },
    { loop: { withParam: "{{steps.list.outputs.result}}" }, count: "" },
    { loop: { withSequence: { count: 5 } }, count: " ×5" },
    { loop: { withSequence: { start: "3", end: "1" } }, count: " ×3" },
    { loop: { withSequence: { count: "{{workflow.parameters.n}}" } }, count: "" },
  ])("a loop is one turn: $loop", ({ loop, count }) => {
    expect(draw({ dag: { tasks: [{ name: "a", template: "work", ...loop }] } }).slice(1)).toEqual([
      `Loop /wf/a${count}`,
      "Pod /wf/a/(item)",
    ]);
  });

  test("conditions, retries, handlers", () => {
    const hooks = { running: { template: "work", expression: "true" } };
    const tasks = [{ name: "a", template: "flaky", when: "{{x}} == 1", onExit: "work", hooks }];
    const templates = [
      { name: "main", dag: { tasks } },
      { ...leaf, name: "flaky", retryStrategy: { limit: 2 } },
    ];
    expect(drawn(previewGraph(bundle(templates, { onExit: "work" })))).toEqual([
      "DAG /wf ×1",
      "Pod /wf/a (only when {{x}} == 1; tried again when it fails, at most 2 times)",
      "Pod /wf/a.onExit after /wf/a hooked",
      "Pod /wf/a.hooks.running after /wf/a (only when true) hooked",
      "Pod /wf.onExit after /wf hooked",
    ]);
  });

  test("a template inside itself is drawn once; one that is named by a tag is not known", () => {
    const steps = [
      [
        { name: "again", template: "main" },
        { name: "any", template: "{{inputs.parameters.which}}" },
      ],
    ];
    expect(draw({ steps })).toEqual([
      "Steps /wf ×1",
      "StepGroup /wf/[0] ×2",
      "Steps /wf/[0]/again (and so on: it is inside itself)",
      "Pod /wf/[0]/any (its template is known when it starts)",
    ]);
  });

  test("containers of a set in their order; templates of elsewhere; a template written in its call", () => {
    const containers = [{ name: "fetch" }, { name: "build", dependencies: ["fetch"] }];
    const calls = [
      { name: "far", templateRef: { name: "library", template: "main" } },
      { name: "here", inline: { suspend: {} } },
    ];
    const library: WorkflowSpec = { templates: [{ name: "main", containerSet: { containers } }] };
    const own = bundle([{ name: "main", dag: { tasks: calls } }]);
    expect(drawn(previewGraph({ ...own, workflowTemplates: { "namespaced/library": library } }))).toEqual([
      "DAG /wf ×2",
      "Pod /wf/far ×2",
      "Container /wf/far/fetch",
      "Container /wf/far/build after /wf/far/fetch",
      "Suspend /wf/here",
    ]);
  });

  test("a chain of ten thousand templates ends where it is too deep", () => {
    const templates = Array.from({ length: 10_000 }, (_, level): Template => {
      const template = level === 9_999 ? "work" : `level-${level + 1}`;
      return { name: level === 0 ? "main" : `level-${level}`, steps: [[{ name: "next", template }]] };
    });
    const vertices = previewGraph(bundle(templates));
    expect(vertices.length).toBe(201);
    expect(vertices.at(-1)?.message).toBe("and so on: it is too deep to be drawn");
  });

  test("templates that call each other twice at every level stay within what can be looked at", () => {
    const templates = Array.from({ length: 40 }, (_, level): Template => {
      const template = level === 39 ? "work" : `level-${level + 1}`;
      return {
        name: level === 0 ? "main" : `level-${level}`,
        dag: {
          tasks: [
            { name: "a", template },
            { name: "b", template },
          ],
        },
      };
    });
    expect(previewGraph(bundle(templates)).length).toBeLessThanOrEqual(6_000);
  });
});
