import { type NodeStatus, type Template, templateKey, type WorkflowBundle } from "@capstan/core";

const poolKey = "capstan.dev/pool";

interface Labelled {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The pool whose agents have a node's task: its template's choice, else the workflow's, else the default. */
export function poolOf({ workflow, workflowTemplates }: WorkflowBundle, node: NodeStatus, defaultPool: string): string {
  const template = node.links?.inline ?? findTemplate(workflow.spec.templates, workflowTemplates, node);
  return chosenPool(template?.metadata) ?? chosenPool(workflow.metadata) ?? defaultPool;
}

function chosenPool(metadata: Labelled | undefined): string | undefined {
  return metadata?.annotations?.[poolKey] ?? metadata?.labels?.[poolKey];
}

function findTemplate(
  own: readonly Template[] | undefined,
  workflowTemplates: WorkflowBundle["workflowTemplates"],
  { templateRef, templateScope, templateName }: NodeStatus,
): Template | undefined {
  if (templateRef?.name !== undefined) {
    const holder = workflowTemplates[templateKey(templateRef.name, templateRef.clusterScope === true)];
    return holder?.templates?.find((template) => template.name === templateRef.template);
  }
  const scoped = templateScope === undefined ? undefined : workflowTemplates[templateScope];
  return (scoped?.templates ?? own)?.find((template) => template.name === templateName);
}
