import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowTemplate } from "@capstan/core";
import { describe, expect, test } from "vitest";
import {
  decodeWorkflow,
  decodeWorkflowTemplate,
  formatProblem,
  normalizeSeed,
  type ParsedDocument,
  parseManifests,
  prepareBundle,
  validateWorkflow,
} from "../index.ts";

const examples = join(import.meta.dirname, "../../../../examples/seed");
const shared = join(process.env["CAPSTAN_SHARED"] ?? join(import.meta.dirname, "../../../../../shared"), "seed");

function parseFolder(folder: string): ParsedDocument[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort();
  return names.flatMap((name) => [
    ...parseManifests(readFileSync(join(folder, name), "utf8"), { file: name }).documents,
  ]);
}

function bundleOf(documents: readonly ParsedDocument[]) {
  const workflow = documents
    .filter((one) => one.kind === "Workflow")
    .flatMap((one) => decodeWorkflow(one).value ?? [])[0];
  const templates: WorkflowTemplate[] = documents
    .filter((one) => one.kind === "WorkflowTemplate")
    .flatMap((one) => decodeWorkflowTemplate(one).value ?? []);
  if (workflow === undefined) throw new Error("no workflow");
  return prepareBundle({
    workflow,
    workflowTemplates: templates,
    clusterWorkflowTemplates: [],
    configMaps: {},
    nowMs: 0,
    uid: "u",
    generateNameSuffix: "x",
  });
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

describe.each([
  { name: "the examples", folder: examples },
  { name: "the shared manifests", folder: shared },
])("$name", ({ folder }) => {
  test.skipIf(!existsSync(folder))("become a valid bundle in any order", () => {
    for (const documents of permutations(parseFolder(folder))) {
      const { documents: ordinary, problems } = normalizeSeed(documents, { values: { input: "hello" } });
      expect(problems).toEqual([]);
      const { bundle } = bundleOf(ordinary);
      expect(bundle && validateWorkflow(bundle, { lint: true })).toEqual([]);
      expect(bundle?.workflow.spec).toMatchObject({
        entrypoint: "main",
        arguments: { parameters: [{ name: "input", value: "hello" }] },
        templates: [
          { name: "main", dag: { tasks: [{ name: "mytask", templateRef: { name: "mytask", template: "main" } }] } },
        ],
      });
      expect(bundle?.workflowTemplates["namespaced/mytask"]?.templates?.[1]).toMatchObject({
        name: "mytaskpod",
        inputs: { parameters: [{ name: "input" }] },
        container: { image: "myimage", command: ["myscript.sh"], args: ["{{inputs.parameters.input}}"] },
        retryStrategy: { limit: 6, retryPolicy: "OnFailure" },
      });
    }
  });

  test.skipIf(!existsSync(folder))("without a value name the value, the file, the line and the flag", () => {
    const { problems } = normalizeSeed(parseFolder(folder), { values: {} });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: "MISSING_VALUE", file: "myworkflow.yaml" });
    expect(problems.map(formatProblem)[0]).toMatch(
      /^myworkflow\.yaml:\d+:\d+: .*\{\{\.values\.input\}\}.*--set input=/,
    );
  });
});

const workflow = (tasks: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  tasks:\n${tasks}`;

describe("the dialect", () => {
  test("a task may call a template of its own spec, with dependencies as in a DAG", () => {
    const text = workflow(
      "  - {name: a, template: say, params: {text: one}}\n  - {name: b, template: say, params: {text: 2}, dependencies: [a]}\n" +
        "  templates:\n  - name: say\n    inputs: {parameters: [{name: text}]}\n    container: {image: busybox, command: [echo, '{{inputs.parameters.text}}']}\n",
    );
    const { documents, problems } = normalizeSeed(parseManifests(text).documents, { values: {} });
    expect(problems).toEqual([]);
    const { bundle } = bundleOf(documents);
    expect(bundle && validateWorkflow(bundle)).toEqual([]);
    expect(bundle?.workflow.spec.templates?.[0]?.dag?.tasks[1]).toEqual({
      name: "b",
      template: "say",
      dependencies: ["a"],
      arguments: { parameters: [{ name: "text", value: "2" }] },
    });
  });

  test("an unknown template is reported at the task's line, with the nearest name", () => {
    const job =
      "apiVersion: batch/v1\nkind: Job\nmetadata: {name: build}\nspec: {template: {spec: {containers: [{name: c, image: i}]}}}\n---\n";
    const parsed = parseManifests(job + workflow("  - name: a\n    template: biuld\n"), { file: "w.yaml" });
    const { problems } = normalizeSeed(parsed.documents, { values: {} });
    expect(problems).toMatchObject([
      { code: "UNKNOWN_TEMPLATE", file: "w.yaml", line: 12, path: "spec.tasks[0].template" },
    ]);
    expect(problems[0]?.message).toContain('Did you mean "build"?');
  });

  test("a value that only a Job uses is passed through from the workflow", () => {
    const job =
      "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {backoffLimit: 0, template: {spec: {containers: [{name: c, image: i, args: ['{{ .values.deep.x }}']}], hostNetwork: true}}}\n---\n";
    const { documents, problems } = normalizeSeed(
      parseManifests(job + workflow("  - {name: a, template: j}\n")).documents,
      {
        values: { "deep.x": "v" },
      },
    );
    expect(problems).toEqual([]);
    const { bundle } = bundleOf(documents);
    expect(bundle && validateWorkflow(bundle)).toEqual([]);
    expect(bundle?.workflow.spec.arguments?.parameters).toEqual([{ name: "deep-x", value: "v" }]);
    expect(bundle?.workflow.spec.templates?.[1]).toMatchObject({
      container: { args: ["{{inputs.parameters.deep-x}}"] },
      podSpecPatch: '{"hostNetwork":true}',
      retryStrategy: { limit: 0 },
    });
  });

  test("problems of the rewritten spec point into the original text", () => {
    const text = workflow(
      "  - name: a\n    template: say\n    when: '{{workflow.parameters.nope}}'\n  templates:\n  - {name: say, suspend: {}}\n",
    );
    const { documents } = normalizeSeed(parseManifests(text, { file: "w.yaml" }).documents, { values: {} });
    expect(documents[0]?.locate("spec.templates[0].dag.tasks[0].when")).toEqual({ line: 8, column: 5 });
  });
});
