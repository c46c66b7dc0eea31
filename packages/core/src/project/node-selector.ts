import type { NodeSelector } from "../machine/event.ts";
import { fail, ok, type Result } from "../result.ts";
import type { NodeStatus } from "../status.ts";

type Term = NodeSelector["terms"][number];

/**
 * Parses Kubernetes' field selector ("phase=Failed,templateName!=x"): terms with =, == or !=, all of which must hold. A
 * backslash takes the meaning from a comma, an equals sign or a backslash in a value.
 */
export function parseNodeSelector(text: string): Result<NodeSelector> {
  const terms: Term[] = [];
  for (const part of splitTerms(text)) {
    if (part === "") continue;
    const match = /^([^=!]*)(!=|==|=)(.*)$/s.exec(part);
    if (match === null) return fail(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, field = "", operator = "", raw = ""] = match;
    const value = unescapeValue(raw);
    if (value === undefined) return fail(`invalid field selector: ${raw} has an '=' or an escape that is not one`);
    terms.push({ field, operator: operator === "!=" ? "!=" : "=", value });
  }
  const unknown = terms.find(({ field }) => !isNodeField(field));
  if (unknown !== undefined) return fail(`unknown node field '${unknown.field}': use one of ${fieldNames}`);
  return ok({ terms });
}

function splitTerms(text: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    if (character === "\\") part += character + (text[++index] ?? "");
    else if (character !== ",") part += character;
    else {
      parts.push(part);
      part = "";
    }
  }
  return [...parts, part];
}

function unescapeValue(raw: string): string | undefined {
  if (/^(?:[^\\=,]|\\[\\=,])*$/s.test(raw)) return raw.replace(/\\(.)/gs, "$1");
  return undefined;
}

const plainFields: { readonly [field: string]: (node: NodeStatus) => string | undefined } = {
  displayName: (node) => node.displayName,
  templateName: (node) => node.templateRef?.template ?? node.templateName,
  phase: (node) => node.phase,
  name: (node) => node.name,
  id: (node) => node.id,
  "templateRef.name": (node) => node.templateRef?.name,
  "templateRef.template": (node) => node.templateRef?.template,
};

const inputField = /^inputs\.parameters\.(.+)\.value$/s;

const fieldNames = `${Object.keys(plainFields).join(", ")}, inputs.parameters.<name>.value`;

function isNodeField(field: string): boolean {
  return Object.hasOwn(plainFields, field) || inputField.test(field);
}

/** Does the node match all terms? A field that the node does not have counts as empty. */
export function matchesNode(selector: NodeSelector, node: NodeStatus): boolean {
  return selector.terms.every(({ field, operator, value }) => (fieldOf(node, field) === value) === (operator === "="));
}

function fieldOf(node: NodeStatus, field: string): string {
  if (Object.hasOwn(plainFields, field)) return plainFields[field]?.(node) ?? "";
  const name = inputField.exec(field)?.[1];
  return node.inputs?.parameters?.find((parameter) => parameter.name === name)?.value ?? "";
}
