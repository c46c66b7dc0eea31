import type { Template } from "../spec/template.ts";
import { templateKey, type WorkflowBundle } from "../spec/workflow.ts";
import type { NodeStatus } from "../status.ts";

/** `status.storedTemplates`: what the nodes ran of WorkflowTemplates, by scope, name of the WorkflowTemplate and template. */
export function storedTemplates(
  bundle: WorkflowBundle,
  nodes: readonly NodeStatus[],
): { readonly [key: string]: Template } {
  const found = new Map<string, Template>();
  for (const node of nodes) {
    const place = placeOf(node);
    if (place === undefined) continue;
    const key = `${place.holder}/${place.template}`;
    if (found.has(key)) continue;
    const template = bundle.workflowTemplates[place.holder]?.templates?.find(({ name }) => name === place.template);
    if (template !== undefined) found.set(key, template);
  }
  return Object.fromEntries(found);
}

/** The template that a node runs, as it was written, tags and all; undefined when it cannot be found. */
export function templateOfNode(bundle: WorkflowBundle, node: NodeStatus): Template | undefined {
  if (node.links?.inline !== undefined) return node.links.inline;
  const place = placeOf(node);
  const [templates, name] =
    place === undefined
      ? [bundle.workflow.spec.templates, node.templateName]
      : [bundle.workflowTemplates[place.holder]?.templates, place.template];
  return templates?.find((template) => template.name === name);
}

/** The WorkflowTemplate that a node's template stands in; undefined for the workflow's own. */
export function templateHolder(
  node: NodeStatus,
): { readonly name: string; readonly clusterScope: boolean } | undefined {
  const [, scope, name = ""] =
    /^(cluster|namespaced)\/(.+)$/.exec(placeOf(node)?.holder ?? node.templateScope ?? "") ?? [];
  return scope === undefined ? undefined : { name, clusterScope: scope === "cluster" };
}

function placeOf(node: NodeStatus): { readonly holder: string; readonly template: string } | undefined {
  const { templateRef, templateScope, templateName } = node;
  if (templateRef?.name !== undefined && templateRef.template !== undefined) {
    return { holder: templateKey(templateRef.name, templateRef.clusterScope === true), template: templateRef.template };
  }
  if (!templateName || templateScope === undefined || templateScope.startsWith("local/")) return undefined;
  return { holder: templateScope, template: templateName };
}
