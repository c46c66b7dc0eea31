import type { DagTask, LifecycleHook, Template, TemplateRef, WorkflowSpec, WorkflowStep } from "@capstan/core";

/** Every `templateRef` of a spec: of steps, tasks, hooks and inline templates. */
export function* templateRefsOf(spec: WorkflowSpec): Generator<TemplateRef> {
  yield* refsOfHooks(spec.hooks);
  for (const template of spec.templates ?? []) yield* refsOfTemplate(template);
}

function* refsOfTemplate(template: Template): Generator<TemplateRef> {
  for (const call of callsOf(template)) {
    if (call.templateRef !== undefined) yield call.templateRef;
    if (call.inline !== undefined) yield* refsOfTemplate(call.inline);
    yield* refsOfHooks(call.hooks);
  }
}

function* refsOfHooks(hooks: { readonly [name: string]: LifecycleHook } | undefined): Generator<TemplateRef> {
  for (const hook of Object.values(hooks ?? {})) if (hook.templateRef !== undefined) yield hook.templateRef;
}

/** The steps or tasks of a template, in order. */
export function callsOf(template: Template): readonly (WorkflowStep | DagTask)[] {
  if (template.steps !== undefined) return template.steps.flat();
  return template.dag?.tasks ?? [];
}

const configMapFields = new Set(["configMapKeyRef", "configMapRef", "configMap"]);

/** The names of the ConfigMaps that a value refers to, by whatever field of the Kubernetes or Argo API. */
export function configMapNamesIn(value: unknown, into: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) configMapNamesIn(item, into);
  else if (typeof value === "object" && value !== null) {
    for (const [field, item] of Object.entries(value)) {
      const name: unknown =
        configMapFields.has(field) && typeof item === "object" && item !== null ? Object(item).name : undefined;
      if (typeof name === "string") into.add(name);
      configMapNamesIn(item, into);
    }
  }
}
