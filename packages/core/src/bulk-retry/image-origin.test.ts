import { expect, test } from "vitest";
import { play, specOf } from "../machine/testing/play.ts";
import type { Template, TemplateCall } from "../spec/template.ts";
import type { WorkflowBundle, WorkflowSpec } from "../spec/workflow.ts";
import type { NodeStatus } from "../status.ts";
import { type ImageOrigin, imageOrigin } from "./image-origin.ts";

const inputs = { parameters: [{ name: "image" }] };
const given = (value: string) => ({ parameters: [{ name: "image", value }] });
const passedOn = "{{inputs.parameters.image}}";
const ofWorkflow = { arguments: given("app:1") };
const job = (image: string, more: Partial<Template> = {}): Template => ({ name: "job", container: { image }, ...more });
const steps = (name: string, call: Partial<TemplateCall>, more: Partial<Template> = {}): Template => ({
  ...{ name, steps: [[{ name: "run", ...call }]], ...more },
});
const manifest: ImageOrigin = { kind: "manifest" };
const parameter = (written: string): ImageOrigin => ({ kind: "parameters", written, parameters: ["image"] });
const elsewhere = (written: string): ImageOrigin => ({ kind: "elsewhere", written });

interface Row {
  readonly what: string;
  readonly templates: readonly Template[];
  readonly more?: Partial<WorkflowSpec>;
  readonly library?: readonly Template[];
  readonly origin: ImageOrigin | undefined;
}

const rows: readonly Row[] = [
  { what: "its own template", templates: [steps("main", { template: "job" }), job("app:1")], origin: manifest },
  {
    what: "the template of an attempt",
    templates: [steps("main", { template: "job" }), job("app:1", { retryStrategy: { limit: 0 } })],
    origin: manifest,
  },
  { what: "the entrypoint", templates: [{ ...job("app:1"), name: "main" }], origin: manifest },
  {
    what: "a parameter of the workflow",
    templates: [steps("main", { template: "job" }), job("app:{{workflow.parameters.image}}")],
    more: ofWorkflow,
    origin: parameter("app:{{workflow.parameters.image}}"),
  },
  {
    what: "a parameter that is passed on",
    templates: [
      steps("main", { template: "middle", arguments: given("{{workflow.parameters.image}}") }),
      steps("middle", { template: "job", arguments: given(passedOn) }, { inputs }),
      job(passedOn, { inputs }),
    ],
    more: ofWorkflow,
    origin: parameter(passedOn),
  },
  {
    what: "a parameter that a DAG's retried task gets",
    templates: [
      { name: "main", inputs, dag: { tasks: [{ name: "run", template: "job", arguments: given(passedOn) }] } },
      job(passedOn, { inputs, retryStrategy: { limit: 0 } }),
    ],
    more: ofWorkflow,
    origin: parameter(passedOn),
  },
  {
    what: "the entrypoint's input",
    templates: [{ ...job(passedOn, { inputs }), name: "main" }],
    more: ofWorkflow,
    origin: parameter(passedOn),
  },
  {
    what: "an inline template",
    templates: [steps("main", { inline: { container: { image: "{{workflow.parameters.image}}" } } })],
    more: ofWorkflow,
    origin: parameter("{{workflow.parameters.image}}"),
  },
  {
    what: "an argument that a step passes",
    templates: [steps("main", { template: "job", arguments: given("app:1") }), job(passedOn, { inputs })],
    origin: elsewhere(passedOn),
  },
  {
    what: "an input's default",
    templates: [
      steps("main", { template: "job" }),
      job(passedOn, { inputs: { parameters: [{ name: "image", value: "app:1" }] } }),
    ],
    origin: elsewhere(passedOn),
  },
  {
    what: "the default of the entrypoint's input",
    templates: [{ ...job(passedOn), name: "main", inputs: { parameters: [{ name: "image", value: "app:1" }] } }],
    origin: elsewhere(passedOn),
  },
  {
    what: "an item of a loop",
    templates: [
      steps("main", { template: "job", withItems: ["app:1"], arguments: given("{{item}}") }),
      job(passedOn, { inputs }),
    ],
    origin: elsewhere(passedOn),
  },
  {
    what: "an expression",
    templates: [steps("main", { template: "job" }), job("{{='app:' + '1'}}")],
    origin: elsewhere("{{='app:' + '1'}}"),
  },
  {
    what: "an exit handler's input, which is no argument of the workflow",
    templates: [{ name: "main", suspend: { duration: "0" } }, job(passedOn, { inputs })],
    more: { hooks: { exit: { template: "job", arguments: given("app:1") } }, ...ofWorkflow },
    origin: elsewhere(passedOn),
  },
  {
    what: "a WorkflowTemplate that a step refers to",
    templates: [steps("main", { templateRef: { name: "library", template: "job" } })],
    library: [job("app:1")],
    origin: { kind: "template", written: "app:1", name: "library", clusterScope: false },
  },
  {
    what: "a WorkflowTemplate beside one that is referred to",
    templates: [steps("main", { templateRef: { name: "library", template: "both" } })],
    library: [job("app:1"), steps("both", { template: "job" })],
    origin: { kind: "template", written: "app:1", name: "library", clusterScope: false },
  },
  {
    what: "the WorkflowTemplate that the workflow is made from",
    templates: [steps("main", { template: "job" }), job("app:1")],
    more: { workflowTemplateRef: { name: "whole", clusterScope: true } },
    origin: { kind: "template", written: "app:1", name: "whole", clusterScope: true },
  },
  {
    what: "nothing: it is a resource",
    templates: [steps("main", { template: "job" }), { name: "job", resource: { action: "get" } }],
    origin: undefined,
  },
];

test.each(rows)("an image from $what", ({ templates, more = {}, library = [], origin }) => {
  const workflowTemplates = { "namespaced/library": { templates: library } };
  const { driven } = play(specOf(templates, more), {}, [], { workflowTemplates });
  const leaf = [...driven.nodes.values()].filter(({ type }) => type === "Pod").at(-1);
  expect(leaf).toBeDefined();
  const path: NodeStatus[] = [];
  for (let node = leaf; node !== undefined; node = driven.nodes.get(node.links?.owner ?? "")) path.push(node);
  const workflow = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: {},
    spec: specOf(templates, more),
  };
  const bundle = { workflow, workflowTemplates, configMaps: {} } as WorkflowBundle;
  expect(imageOrigin(bundle, path)).toEqual(origin);
});

test("nothing is said of a node that is not there", () => {
  const workflow = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata: {}, spec: {} } as const;
  expect(imageOrigin({ workflow, workflowTemplates: {}, configMaps: {} }, [])).toBeUndefined();
});
