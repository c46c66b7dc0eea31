import type { NodeStatus } from "../status.ts";
import type { NodeSelector } from "./event.ts";

/** Does the node have the values that the selector asks for? Fields that a node lacks are empty, as in Argo. */
export function matchesSelector(node: NodeStatus, selector: NodeSelector): boolean {
  return selector.terms.every(({ field, operator, value }) => {
    const isEqual = fieldOf(node, field) === value;
    return operator === "=" ? isEqual : !isEqual;
  });
}

const inputField = /^inputs\.parameters\.(.*)\.value$/;

function fieldOf(node: NodeStatus, field: string): string {
  switch (field) {
    case "displayName":
      return node.displayName;
    case "templateName":
      return node.templateRef?.template ?? node.templateName ?? "";
    case "phase":
      return node.phase;
    case "name":
      return node.name;
    case "id":
      return node.id;
    case "templateRef.name":
      return node.templateRef?.name ?? "";
    case "templateRef.template":
      return node.templateRef?.template ?? "";
    default: {
      const input = inputField.exec(field)?.[1];
      return node.inputs?.parameters?.find(({ name }) => name === input)?.value ?? "";
    }
  }
}
