import type { JsonObject, Template, TemplateCall, WorkflowSpec } from "@capstan/core";
import { template as templateShape } from "../structure/template-fields.ts";
import { isLeaf, templateType, templateTypes } from "../validate/template-type.ts";
import { strategicMerge } from "./strategic-merge.ts";

/** The spec with `templateDefaults` under each of its templates; a template's own fields win. */
export function withTemplateDefaults(spec: WorkflowSpec, defaults: Template | undefined): WorkflowSpec {
  if (defaults === undefined || spec.templates === undefined) return spec;
  return { ...spec, templates: spec.templates.map((template) => applyDefaults(template, defaults)) };
}

function applyDefaults(template: Template, defaults: Template): Template {
  const applicable = applicableDefaults(template, defaults);
  const merged = strategicMerge(applicable as JsonObject, template as JsonObject, templateShape) as Template;
  return withInlineDefaults(merged, defaults);
}

// A default for another type of template, or for a field that the type may not have, does not concern this one.
function applicableDefaults(template: Template, defaults: Template): Template {
  const own = templateType(template);
  const dropped = new Set<string>(templateTypes.filter((type) => type !== own));
  for (const field of isLeaf(template) ? ["parallelism"] : leafOnly) dropped.add(field);
  return Object.fromEntries(Object.entries(defaults).filter(([field]) => !dropped.has(field)));
}

const leafOnly = ["timeout", "pendingTimeout", "activeDeadlineSeconds"];

function withInlineDefaults(template: Template, defaults: Template): Template {
  if (template.steps !== undefined) {
    return { ...template, steps: template.steps.map((group) => group.map((step) => inlineCall(step, defaults))) };
  }
  if (template.dag !== undefined) {
    return {
      ...template,
      dag: { ...template.dag, tasks: template.dag.tasks.map((task) => inlineCall(task, defaults)) },
    };
  }
  return template;
}

function inlineCall<T extends TemplateCall>(call: T, defaults: Template): T {
  return call.inline === undefined ? call : { ...call, inline: applyDefaults(call.inline, defaults) };
}
