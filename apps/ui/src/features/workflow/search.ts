export const tabs = ["graph", "timeline", "tree", "events", "manifest"] as const;
export type Tab = (typeof tabs)[number];

/** What of a workflow is looked at, as the page's address keeps it. */
export interface WorkflowSearch {
  readonly tab?: Tab;
  /** The chosen node. */
  readonly node?: string | undefined;
}

export function readWorkflowSearch(search: { readonly [name: string]: unknown }): WorkflowSearch {
  const { tab, node } = search;
  const known = tabs.find((one) => one === tab);
  return { ...(known !== undefined && { tab: known }), ...(typeof node === "string" && node !== "" && { node }) };
}
