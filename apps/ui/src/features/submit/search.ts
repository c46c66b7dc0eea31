/** How something is submitted, as the page's address keeps it. */
export interface SubmitSearch {
  readonly from?: "template" | undefined;
  readonly namespace?: string | undefined;
  /** The template that is chosen. */
  readonly kind?: "WorkflowTemplate" | "ClusterWorkflowTemplate" | undefined;
  readonly name?: string | undefined;
}

export function readSubmitSearch({ from, namespace, kind, name }: { readonly [name: string]: unknown }): SubmitSearch {
  return {
    ...(from === "template" && { from }),
    ...(typeof namespace === "string" && namespace !== "" && { namespace }),
    ...((kind === "WorkflowTemplate" || kind === "ClusterWorkflowTemplate") && { kind }),
    ...(typeof name === "string" && name !== "" && { name }),
  };
}
