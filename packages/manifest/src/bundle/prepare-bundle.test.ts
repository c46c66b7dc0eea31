import type { JsonObject, Workflow, WorkflowTemplate } from "@capstan/core";
import { describe, expect, test } from "vitest";
import { decodeWorkflow, decodeWorkflowTemplate, prepareBundle, validateWorkflow } from "../index.ts";
import type { BundleInput } from "./prepare-bundle.ts";

const apiVersion = "argoproj.io/v1alpha1";

function workflowOf(spec: JsonObject, metadata: JsonObject = { generateName: "w-" }): Workflow {
  const { value, problems } = decodeWorkflow({ apiVersion, kind: "Workflow", metadata, spec });
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value;
}

function templateOf(name: string, spec: JsonObject): WorkflowTemplate {
  const { value, problems } = decodeWorkflowTemplate({
    apiVersion,
    kind: "WorkflowTemplate",
    metadata: { name },
    spec,
  });
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value;
}

function prepare(workflow: Workflow, more: Partial<BundleInput> = {}) {
  return prepareBundle({
    workflow,
    workflowTemplates: [],
    clusterWorkflowTemplates: [],
    configMaps: {},
    nowMs: 1_700_000_000_500,
    uid: "uid-1",
    generateNameSuffix: "abcde",
    ...more,
  });
}

const echo = {
  name: "echo",
  inputs: { parameters: [{ name: "text" }] },
  container: { image: "busybox", args: ["{{inputs.parameters.text}}"] },
};
const callTo = (name: string) => ({ steps: [[{ name: "s", templateRef: { name, template: "main" } }]] });

describe("prepareBundle", () => {
  test("fills in namespace, name, uid and time, and the metadata that the spec asks for", () => {
    const workflow = workflowOf({
      entrypoint: "a",
      templates: [{ name: "a", suspend: {} }],
      workflowMetadata: { labels: { team: "x" } },
    });
    expect(prepare(workflow).bundle?.workflow.metadata).toEqual({
      generateName: "w-",
      name: "w-abcde",
      namespace: "default",
      uid: "uid-1",
      creationTimestamp: "2023-11-14T22:13:20Z",
      labels: { team: "x" },
    });
  });

  test("merges workflowTemplateRef: the workflow wins over the template, the template over the defaults", () => {
    const template = templateOf("t", {
      entrypoint: "echo",
      priority: 1,
      serviceAccountName: "from-template",
      arguments: {
        parameters: [
          { name: "text", value: "template", enum: ["template", "own"] },
          { name: "other", value: 1 },
        ],
      },
      hooks: { exit: { template: "echo" } },
      templates: [echo],
    });
    const workflow = workflowOf({
      workflowTemplateRef: { name: "t" },
      priority: 2,
      arguments: { parameters: [{ name: "text", value: "own" }] },
      hooks: { exit: { template: "other" } },
    });
    const { bundle } = prepare(workflow, {
      workflowTemplates: [template],
      workflowDefaults: { spec: { serviceAccountName: "default", activeDeadlineSeconds: 5 } },
    });
    expect(bundle?.workflow.spec).toMatchObject({
      entrypoint: "echo",
      priority: 2,
      serviceAccountName: "from-template",
      activeDeadlineSeconds: 5,
      hooks: { exit: { template: "other" } },
      templates: [{ name: "echo" }],
    });
    // An argument comes whole from the strongest spec that gives it.
    expect(bundle?.workflow.spec.arguments?.parameters).toEqual([
      { name: "text", value: "own" },
      { name: "other", value: "1" },
    ]);
    expect(bundle?.workflow.status?.storedWorkflowTemplateSpec).toMatchObject({ entrypoint: "echo", priority: 2 });
    expect(bundle?.writtenSpec).toEqual(workflow.spec);
  });

  test("a missing WorkflowTemplate and templates beside a reference are problems, and there is no bundle", () => {
    const workflow = workflowOf({ workflowTemplateRef: { name: "nope" }, templates: [{ name: "a", suspend: {} }] });
    const { bundle, problems } = prepare(workflow);
    expect(bundle).toBeUndefined();
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ["CONFLICT", "spec.templates"],
      ["UNKNOWN_REFERENCE", "spec.workflowTemplateRef.name"],
    ]);
  });

  test("templateDefaults reach templates of their type, inline ones and referenced ones as well", () => {
    const inline = { name: "i", inline: { script: { image: "own", source: "x" } } };
    const workflow = workflowOf({
      entrypoint: "main",
      templateDefaults: { timeout: "30s", container: { image: "default", imagePullPolicy: "Always" } },
      templates: [
        { name: "main", steps: [[inline, { name: "r", templateRef: { name: "t", template: "main" } }]] },
        { name: "c", container: { image: "own" } },
      ],
    });
    const { bundle } = prepare(workflow, {
      workflowTemplates: [templateOf("t", { templates: [{ name: "main", container: { args: ["x"] } }] })],
    });
    const [main, container] = bundle?.workflow.spec.templates ?? [];
    expect(main?.timeout).toBeUndefined();
    expect(main?.steps?.[0]?.[0]?.inline).toEqual({ script: { image: "own", source: "x" }, timeout: "30s" });
    expect(container).toEqual({ name: "c", timeout: "30s", container: { image: "own", imagePullPolicy: "Always" } });
    expect(bundle?.workflowTemplates["namespaced/t"]?.templates?.[0]?.container?.image).toBe("default");
    expect(bundle && validateWorkflow(bundle)).toEqual([]);
  });

  test("takes a snapshot of what is referred to, through any number of templates, and nothing else", () => {
    const templates = [
      templateOf("one", { templates: [{ name: "main", ...callTo("two") }] }),
      templateOf("two", { templates: [{ name: "main", ...callTo("one") }] }),
      templateOf("three", { templates: [{ name: "main", suspend: {} }] }),
    ];
    const workflow = workflowOf({
      entrypoint: "main",
      arguments: { parameters: [{ name: "p", valueFrom: { configMapKeyRef: { name: "used", key: "k" } } }] },
      templates: [{ name: "main", ...callTo("one") }],
    });
    const { bundle } = prepare(workflow, {
      workflowTemplates: templates,
      configMaps: { used: { k: "v" }, unused: { k: "v" } },
    });
    expect(Object.keys(bundle?.workflowTemplates ?? {}).sort()).toEqual(["namespaced/one", "namespaced/two"]);
    expect(bundle?.configMaps).toEqual({ used: { k: "v" } });
  });

  test("a reference whose name a tag makes takes all templates of its scope", () => {
    const templates = [templateOf("one", { templates: [] }), templateOf("two", { templates: [] })];
    const workflow = workflowOf({
      entrypoint: "main",
      templates: [{ name: "main", ...callTo("{{workflow.parameters.x}}") }],
    });
    const { bundle } = prepare(workflow, { workflowTemplates: templates });
    expect(Object.keys(bundle?.workflowTemplates ?? {}).sort()).toEqual(["namespaced/one", "namespaced/two"]);
  });
});
