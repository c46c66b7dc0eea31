import type { Template } from "@capstan/core";

/** The fields of a template of which it must have exactly one. */
export const templateTypes = [
  "container",
  "containerSet",
  "steps",
  "dag",
  "script",
  "resource",
  "data",
  "suspend",
  "http",
  "plugin",
] as const;

export type TemplateType = (typeof templateTypes)[number];

/** The type of a template; the first in Argo's order when it wrongly has several, undefined when it has none. */
export function templateType(template: Template): TemplateType | undefined {
  return templateTypes.find((type) => template[type] !== undefined);
}

/** Whether the template runs a Pod of its own. */
export function isPodType(template: Template): boolean {
  const type = templateType(template);
  return type !== undefined && podTypes.has(type);
}

const podTypes = new Set<TemplateType>(["container", "containerSet", "script", "resource", "data"]);

/** Whether the template does work itself, rather than calling others or waiting. */
export function isLeaf(template: Template): boolean {
  const type = templateType(template);
  return type !== undefined && type !== "steps" && type !== "dag" && type !== "suspend";
}

/** Whether `outputs.result` and `exitCode` exist. */
export function hasResult(template: Template): boolean {
  if (template.containerSet !== undefined)
    return template.containerSet.containers?.some((one) => one.name === "main") === true;
  return [template.container, template.script, template.data, template.http, template.plugin].some(
    (one) => one !== undefined,
  );
}

export function containsTag(text: string): boolean {
  return text.includes("{{");
}
