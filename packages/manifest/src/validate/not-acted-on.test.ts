import type { WorkflowSpec } from "@capstan/core";
import { expect, test } from "vitest";
import { validateWorkflow } from "./workflow.ts";

const container = { image: "busybox", command: ["true"] };

test.each<{ readonly given: string; readonly spec: WorkflowSpec; readonly warned: readonly string[] }>([
  { given: "nothing of the kind", spec: { templates: [{ name: "main", container }] }, warned: [] },
  {
    given: "a lock of the workflow",
    spec: { synchronization: { mutexes: [{ name: "m" }] }, templates: [{ name: "main", container }] },
    warned: ["spec.synchronization"],
  },
  {
    given: "a template with a lock and a cache",
    spec: {
      templates: [
        {
          name: "main",
          container,
          synchronization: { mutexes: [{ name: "m" }] },
          memoize: { key: "k", maxAge: "1h", cache: { configMap: { name: "c" } } },
        },
      ],
    },
    warned: ["spec.templates[0].synchronization", "spec.templates[0].memoize"],
  },
])("$given", ({ spec, warned }) => {
  const workflow = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "w" },
    spec: { entrypoint: "main", ...spec },
  } as const;
  const problems = validateWorkflow({ workflow, workflowTemplates: {}, configMaps: {} });
  expect(problems.map(({ path, severity }) => [path, severity])).toEqual(warned.map((path) => [path, "warning"]));
});
