import { expect, test } from "vitest";
import type { Workflow, WorkflowSpec } from "../spec/workflow.ts";
import { replaceImage } from "./replace-image.ts";

const workflowOf = (spec: WorkflowSpec): Workflow => ({
  ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata: { name: "w" } },
  spec,
});

const templates = (image: string) => [
  {
    name: "a",
    container: { image },
    sidecars: [
      { name: "s", image },
      { name: "t", image: "other" },
    ],
  },
  { name: "b", script: { image, source: "an image: old" } },
  { name: "c", steps: [[{ name: "x", inline: { container: { image } } }]] },
];

test("an image is replaced wherever a container has it, and nowhere else", () => {
  const before = workflowOf({
    entrypoint: "a",
    templates: templates("old"),
    arguments: { parameters: [{ name: "image", value: "old" }] },
  });
  const { workflow, count } = replaceImage(before, "old", "new:2");
  expect(count).toBe(4);
  expect(workflow).toEqual({ ...before, spec: { ...before.spec, templates: templates("new:2") } });
});

test("what has no such image stays as it is", () => {
  const before = workflowOf({ entrypoint: "a", templates: templates("{{inputs.parameters.image}}") });
  expect(replaceImage(before, "old", "new")).toEqual({ workflow: before, count: 0 });
});
