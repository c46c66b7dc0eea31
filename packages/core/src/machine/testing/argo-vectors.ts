import type { JsonObject } from "../../json.ts";
import type { Workflow, WorkflowBundle, WorkflowSpec } from "../../spec/workflow.ts";

/** One call of Argo's controller: what it saw and what it made of it. */
export interface OperateVector {
  readonly test: string;
  readonly before: {
    readonly workflow: Workflow;
    readonly objects: { readonly [kind: string]: readonly JsonObject[] | null };
    readonly config: JsonObject;
  };
  readonly after: Workflow;
}

/** The bundle of a workflow and the objects around it. */
export function bundleOf(workflow: Workflow, objects: OperateVector["before"]["objects"]): WorkflowBundle {
  const workflowTemplates: { [key: string]: WorkflowSpec } = {};
  for (const [kind, prefix] of [
    ["workflowTemplates", "namespaced"],
    ["clusterWorkflowTemplates", "cluster"],
  ] as const) {
    for (const object of objects[kind] ?? []) {
      const { metadata, spec } = object as unknown as { metadata: { name: string }; spec: WorkflowSpec };
      workflowTemplates[`${prefix}/${metadata.name}`] = spec;
    }
  }
  const configMaps: { [name: string]: { [key: string]: string } } = {};
  for (const object of objects["configMaps"] ?? []) {
    const { metadata, data } = object as unknown as { metadata: { name: string }; data?: { [key: string]: string } };
    configMaps[metadata.name] = data ?? {};
  }
  const { status: _status, ...bare } = workflow;
  return {
    workflow: { ...bare, spec: withReferredSpec(workflow.spec, workflowTemplates) },
    workflowTemplates,
    configMaps,
  };
}

/** The spec with that of its workflowTemplateRef under it; the merge of lists by name is the manifest's business. */
function withReferredSpec(spec: WorkflowSpec, templates: { readonly [key: string]: WorkflowSpec }): WorkflowSpec {
  const reference = spec.workflowTemplateRef;
  if (reference === undefined) return spec;
  const below = templates[`${reference.clusterScope === true ? "cluster" : "namespaced"}/${reference.name ?? ""}`];
  if (below === undefined) return spec;
  const given = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null && value !== undefined));
  const named = new Map((below.arguments?.parameters ?? []).map((parameter) => [parameter.name, parameter]));
  for (const parameter of spec.arguments?.parameters ?? [])
    named.set(parameter.name, { ...named.get(parameter.name), ...parameter });
  return {
    ...below,
    ...given,
    ...(below.templates !== undefined && spec.templates === undefined && { templates: below.templates }),
    arguments: { ...below.arguments, ...spec.arguments, ...(named.size > 0 && { parameters: [...named.values()] }) },
  };
}
