import type { Template } from "@capstan/core";
import { expect, test } from "vitest";
import { validateWorkflow } from "./workflow.ts";

const script = (source: string, more: Partial<Template> = {}): Template => ({
  name: "main",
  script: { image: "python", command: ["python"], source },
  ...more,
});

test.each<{ readonly given: string; readonly main: Template; readonly unresolved: readonly string[] }>([
  {
    given: "all parameters as one text, with a parameter",
    main: script("{{inputs.parameters}}", { inputs: { parameters: [{ name: "a", value: "1" }] } }),
    unresolved: [],
  },
  { given: "all parameters as one text, without any", main: script("{{inputs.parameters}}"), unresolved: [] },
  {
    given: "all parameters as one text, with an artifact alone",
    main: script("{{inputs.parameters}}", { inputs: { artifacts: [{ name: "a", path: "/a", optional: true }] } }),
    unresolved: [],
  },
  {
    given: "a parameter that is not there",
    main: script("{{inputs.parameters.b}}"),
    unresolved: ["spec.templates[0].script.source"],
  },
])("$given", ({ main, unresolved }) => {
  const workflow = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "w" },
    spec: { entrypoint: "main", templates: [main] },
  } as const;
  const problems = validateWorkflow({ workflow, workflowTemplates: {}, configMaps: {} });
  expect(problems.filter(({ severity }) => severity === "error").map(({ path }) => path)).toEqual(unresolved);
});
