import type { Json, JsonObject } from "../json.ts";
import { isObject } from "../json-fields.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Template, TemplateRef } from "../spec/template.ts";
import { templateKey, type WorkflowBundle, type WorkflowSpec } from "../spec/workflow.ts";

/** How a call names its template: inline, by reference to a WorkflowTemplate, or by name. The first that is given counts. */
export interface TemplateReference {
  readonly inline?: Template;
  readonly templateRef?: TemplateRef;
  readonly template?: string;
}

export interface FoundTemplate {
  readonly template: Template;
  /** Where the template's own calls look for theirs: "local/<workflow>", "namespaced/<name>" or "cluster/<name>". */
  readonly scope: string;
}

/** The templates that a workflow can call, with the defaults of its spec merged in. Each is one object, so that what is compiled of it is kept. */
export class TemplateLibrary {
  readonly localScope: string;
  readonly #bundle: WorkflowBundle;
  readonly #found = new Map<string, Result<FoundTemplate>>();
  readonly #inline = new WeakMap<Template, FoundTemplate>();

  constructor(bundle: WorkflowBundle, workflowName: string) {
    this.#bundle = bundle;
    this.localScope = `local/${workflowName}`;
  }

  find(reference: TemplateReference, scope: string): Result<FoundTemplate> {
    const { inline, templateRef, template } = reference;
    if (inline !== undefined) return this.#completeInline(inline, scope);
    if (templateRef !== undefined) {
      const target = `${templateRef.clusterScope === true ? "cluster" : "namespaced"}/${templateRef.name ?? ""}`;
      return this.#findIn(target, templateRef.template ?? "", templateRef.name);
    }
    if (!template) return fail("failed to get a template");
    return this.#findIn(scope, template, undefined);
  }

  #findIn(scope: string, name: string, referredTo: string | undefined): Result<FoundTemplate> {
    const key = `${scope} ${name}`;
    let found = this.#found.get(key);
    if (found === undefined) {
      found = this.#look(scope, name, referredTo);
      this.#found.set(key, found);
    }
    return found;
  }

  #look(scope: string, name: string, referredTo: string | undefined): Result<FoundTemplate> {
    const spec = this.#specOf(scope);
    if (spec === undefined) return fail(`workflow template ${referredTo ?? scope} not found`);
    const template = spec.templates?.find((candidate) => candidate.name === name);
    if (template === undefined) {
      const where = referredTo === undefined ? "" : ` in workflow template ${referredTo}`;
      return fail(`template ${name} not found${where}`);
    }
    if (templateType(template) === undefined) return fail(`template '${name}' type is unknown`);
    return ok({ template: this.#complete(template, spec), scope });
  }

  #specOf(scope: string): WorkflowSpec | undefined {
    if (scope.startsWith("local/")) return this.#bundle.workflow.spec;
    const [kind = "", ...name] = scope.split("/");
    return this.#bundle.workflowTemplates[templateKey(name.join("/"), kind === "cluster")];
  }

  #completeInline(inline: Template, scope: string): Result<FoundTemplate> {
    let found = this.#inline.get(inline);
    if (found === undefined) {
      if (templateType(inline) === undefined) return fail(`template '${inline.name ?? ""}' type is unknown`);
      found = { template: this.#complete(inline, this.#specOf(scope)), scope };
      this.#inline.set(inline, found);
    }
    return ok(found);
  }

  #complete(template: Template, base: WorkflowSpec | undefined): Template {
    return withPodMetadata(withDefaults(template, this.#bundle.workflow.spec.templateDefaults), base?.podMetadata);
  }
}

const typeFields = [
  "container",
  "containerSet",
  "steps",
  "script",
  "resource",
  "dag",
  "suspend",
  "data",
  "http",
  "plugin",
] as const;

export type TemplateType = (typeof typeFields)[number];

/** What a template runs; undefined when it says nothing. */
export function templateType(template: Template): TemplateType | undefined {
  return typeFields.find((field) => template[field] !== undefined && template[field] !== null);
}

/** Types whose work is a Pod of their own. */
export function isPodTemplate(template: Template): boolean {
  const type = templateType(template);
  return type === "container" || type === "containerSet" || type === "script" || type === "resource" || type === "data";
}

function withDefaults(template: Template, defaults: Template | undefined): Template {
  if (defaults === undefined) return template;
  const type = templateType(template);
  const applicable = Object.fromEntries(
    Object.entries(defaults).filter(([field]) => field === type || !typeFields.some((other) => other === field)),
  );
  const merged: Template = JSON.parse(JSON.stringify(mergeOver(applicable as JsonObject, template as JsonObject)));
  return merged;
}

// Lists of the template replace those of the defaults: where Kubernetes would merge them by name, the manifest already did.
function mergeOver(below: Json | undefined, above: Json | undefined): Json | undefined {
  if (above === undefined) return below;
  if (!isObject(below) || !isObject(above)) return above;
  const merged: { [key: string]: Json | undefined } = { ...below };
  for (const [key, value] of Object.entries(above)) merged[key] = mergeOver(below[key], value);
  return merged;
}

function withPodMetadata(template: Template, podMetadata: JsonObject | undefined): Template {
  if (podMetadata === undefined) return template;
  const labels = { ...stringsOf(podMetadata["labels"]), ...template.metadata?.labels };
  const annotations = { ...stringsOf(podMetadata["annotations"]), ...template.metadata?.annotations };
  return { ...template, metadata: { labels, annotations } };
}

function stringsOf(value: Json | undefined): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}
