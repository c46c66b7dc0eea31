import type { Json } from "../json.ts";
import type { Workflow } from "../spec/workflow.ts";

/** The manifest with one image in place of another, wherever a container of its templates has it; and how often that was. */
export function replaceImage(
  workflow: Workflow,
  from: string,
  to: string,
): { readonly workflow: Workflow; readonly count: number } {
  let count = 0;
  const replaced = (value: Json | undefined): Json | undefined => {
    if (Array.isArray(value)) return value.map((item) => replaced(item) ?? null);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([field, inner]) => {
        if (field !== "image" || inner !== from) return [field, replaced(inner)];
        count++;
        return [field, to];
      }),
    );
  };
  const { templates, templateDefaults } = workflow.spec as unknown as { readonly [field: string]: Json | undefined };
  const spec = {
    ...workflow.spec,
    ...(templates !== undefined && { templates: replaced(templates) }),
    ...(templateDefaults !== undefined && { templateDefaults: replaced(templateDefaults) }),
  } as Workflow["spec"];
  return { workflow: { ...workflow, spec }, count };
}
