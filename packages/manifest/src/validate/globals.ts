import type { WorkflowBundle, WorkflowSpec } from "@capstan/core";
import { objectOr } from "../json-value.ts";
import { Scope } from "./scope.ts";
import { isDynamicName } from "./tags.ts";

/** The variables that every place of a workflow can see. */
export function globalScope(bundle: WorkflowBundle, isTemplate: boolean, defaults: WorkflowSpec | undefined): Scope {
  const scope = new Scope();
  scope.add(
    ...["name", "namespace", "mainEntrypoint", "serviceAccountName", "uid", "status"].map((name) => `workflow.${name}`),
  );
  const parameters = bundle.workflow.spec.arguments?.parameters ?? [];
  if (parameters.length > 0) scope.add("workflow.parameters", "workflow.parameters.json");
  for (const parameter of parameters) scope.add(`workflow.parameters.${parameter.name}`);
  // A WorkflowTemplate may count on parameters of the workflow that uses it.
  if (isTemplate) scope.addPrefix("workflow.parameters");
  for (const field of ["labels", "annotations"] as const) {
    scope.add(`workflow.${field}`, `workflow.${field}.json`);
    const sources = [...metadataNames(bundle.workflow.spec, field), ...metadataNames(defaults, field)];
    for (const name of [...Object.keys(bundle.workflow.metadata[field] ?? {}), ...sources])
      scope.add(`workflow.${field}.${name}`);
  }
  if (bundle.workflow.spec.priority !== undefined) scope.add("workflow.priority");
  // Known at run time only, whatever follows.
  for (const prefix of runtimePrefixes) scope.addPrefix(prefix);
  addGlobalOutputs(bundle, scope);
  return scope;
}

const runtimePrefixes = [
  "outputs.",
  "workflow.creationTimestamp",
  "workflow.scheduledTime",
  "workflow.duration",
  "tasks.name",
  "steps.name",
  "node.name",
];

function addGlobalOutputs(bundle: WorkflowBundle, scope: Scope): void {
  const specs = [bundle.workflow.spec, ...Object.values(bundle.workflowTemplates)];
  for (const template of specs.flatMap((spec) => spec.templates ?? [])) {
    for (const kind of ["parameters", "artifacts"] as const) {
      for (const output of template.outputs?.[kind] ?? []) {
        if (output.globalName === undefined || output.globalName === "") continue;
        if (isDynamicName(output.globalName)) scope.addPrefix(`workflow.outputs.${kind}.`);
        else scope.add(`workflow.outputs.${kind}.${output.globalName}`);
      }
    }
  }
}

/** Names of the labels or annotations that a spec adds to its workflow. */
function metadataNames(spec: WorkflowSpec | undefined, field: "labels" | "annotations"): string[] {
  const added = objectOr(spec?.workflowMetadata);
  const computed = field === "labels" ? objectOr(added["labelsFrom"]) : {};
  return [...Object.keys(objectOr(added[field])), ...Object.keys(computed)];
}
