import { type Template, type TemplateRef, templateKey, type WorkflowBundle, type WorkflowSpec } from "@capstan/core";
import { containsTag } from "./template-type.ts";

/** A spec whose templates call each other by name: the workflow's own, or a WorkflowTemplate's. */
export interface TemplateBase {
  /** Empty for the workflow itself, else the key in the bundle. */
  readonly key: string;
  readonly spec: WorkflowSpec;
  readonly byName: ReadonlyMap<string, FoundTemplate>;
}

export interface FoundTemplate {
  readonly template: Template;
  readonly base: TemplateBase;
  readonly index: number;
}

/** How a call of a template ends: the template, a name that only the run knows, or what is missing. */
export type Resolution =
  | { readonly kind: "found"; readonly found: FoundTemplate }
  | { readonly kind: "dynamic" }
  /** Refers to a WorkflowTemplate that is not at hand and, by the caller's wish, not needed. */
  | { readonly kind: "elsewhere" }
  | {
      readonly kind: "missing";
      readonly message: string;
      readonly candidates: Iterable<string>;
      readonly name: string;
    };

/** Finds templates by name and by reference. */
export class TemplateIndex {
  readonly own: TemplateBase;
  private readonly bases = new Map<string, TemplateBase>();
  private readonly bundle: WorkflowBundle;
  private readonly assumeMissing: boolean;
  private readonly literals: ReadonlyMap<string, string>;

  constructor(bundle: WorkflowBundle, assumeMissing: boolean) {
    this.bundle = bundle;
    this.assumeMissing = assumeMissing;
    this.own = makeBase("", bundle.workflow.spec);
    this.literals = literalParameters(bundle.workflow.spec);
  }

  byName(name: string, base: TemplateBase): Resolution {
    const concrete = this.substitute(name);
    const found = base.byName.get(concrete);
    if (found !== undefined) return { kind: "found", found };
    if (base === this.own && this.assumeMissing && this.isUnmerged()) return { kind: "elsewhere" };
    const message = containsTag(concrete)
      ? `The template ${JSON.stringify(name)} is known only at run time, which \`template\` does not allow: use templateRef.`
      : `There is no template ${JSON.stringify(concrete)}.`;
    return { kind: "missing", message, candidates: base.byName.keys(), name: concrete };
  }

  byReference(reference: TemplateRef): Resolution {
    const name = this.substitute(reference.name ?? "");
    const template = this.substitute(reference.template ?? "");
    if (containsTag(name) || containsTag(template)) return { kind: "dynamic" };
    const cluster = reference.clusterScope === true;
    const base = this.baseOf(templateKey(name, cluster));
    const found = base?.byName.get(template);
    if (found !== undefined) return { kind: "found", found };
    const kind = cluster ? "ClusterWorkflowTemplate" : "WorkflowTemplate";
    if (base !== undefined) {
      const message = `The ${kind} ${JSON.stringify(name)} has no template ${JSON.stringify(template)}.`;
      return { kind: "missing", message, candidates: base.byName.keys(), name: template };
    }
    if (this.assumeMissing) return { kind: "elsewhere" };
    const message = `There is no ${kind} ${JSON.stringify(name)}: create it first, or give its file along.`;
    const prefix = templateKey("", cluster);
    const names = Object.keys(this.bundle.workflowTemplates).filter((key) => key.startsWith(prefix));
    return { kind: "missing", message, candidates: names.map((key) => key.slice(prefix.length)), name };
  }

  /** A workflow with workflowTemplateRef whose reference was not merged has no templates. */
  private isUnmerged(): boolean {
    const { spec } = this.bundle.workflow;
    return spec.workflowTemplateRef !== undefined && (spec.templates ?? []).length === 0;
  }

  private baseOf(key: string): TemplateBase | undefined {
    const known = this.bases.get(key);
    if (known !== undefined) return known;
    const spec = Object.hasOwn(this.bundle.workflowTemplates, key) ? this.bundle.workflowTemplates[key] : undefined;
    if (spec === undefined) return undefined;
    const base = makeBase(key, spec);
    this.bases.set(key, base);
    return base;
  }

  // A parameter of the workflow with a literal value is known now.
  private substitute(name: string): string {
    if (!containsTag(name)) return name;
    return name.replace(/\{\{\s*workflow\.parameters\.([-\w]+)\s*\}\}/g, (tag, parameter: string) => {
      return this.literals.get(parameter) ?? tag;
    });
  }
}

function makeBase(key: string, spec: WorkflowSpec): TemplateBase {
  const byName = new Map<string, FoundTemplate>();
  const base: TemplateBase = { key, spec, byName };
  (spec.templates ?? []).forEach((template, index) => {
    if (template.name !== undefined && !byName.has(template.name)) byName.set(template.name, { template, base, index });
  });
  return base;
}

function literalParameters(spec: WorkflowSpec): ReadonlyMap<string, string> {
  const literals = new Map<string, string>();
  for (const parameter of spec.arguments?.parameters ?? []) {
    const value = parameter.value ?? parameter.default;
    if (value !== undefined && !containsTag(value)) literals.set(parameter.name, value);
  }
  return literals;
}
