import type { Template } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import type { MachineState } from "./state.ts";
import type { TemplateReference } from "./template-library.ts";

/** How a node's template is found again. An attempt has its template from the node that retries. */
export function referenceOf(state: MachineState, node: NodeStatus): TemplateReference {
  const inline =
    node.links?.inline ??
    (node.nodeFlag?.retried === true ? state.nodes.get(node.links?.owner ?? "")?.links?.inline : undefined);
  return {
    ...(inline !== undefined && { inline }),
    ...(node.templateRef !== undefined && { templateRef: node.templateRef }),
    ...(node.templateName !== undefined && { template: node.templateName }),
  };
}

/** The template of a node as the spec has it, its tags untouched; undefined when it cannot be found. */
export function templateOf(state: MachineState, node: NodeStatus): Template | undefined {
  const found = state.library.find(referenceOf(state, node), node.templateScope ?? state.library.localScope);
  return found.ok ? found.value.template : undefined;
}
