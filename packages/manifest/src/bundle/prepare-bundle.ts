import {
  type ObjectMeta,
  templateKey,
  type Workflow,
  type WorkflowBundle,
  type WorkflowSpec,
  type WorkflowTemplate,
} from "@capstan/core";
import { objectOr } from "../json-value.ts";
import { limits } from "../limits.ts";
import { mergeSpecs } from "../merge/merge-specs.ts";
import { withTemplateDefaults } from "../merge/template-defaults.ts";
import { error, hasErrors, type Problem } from "../problem.ts";
import { containsTag } from "../validate/template-type.ts";
import { configMapNamesIn, templateRefsOf } from "./references.ts";

export interface BundleInput {
  readonly workflow: Workflow;
  /** The WorkflowTemplates of the workflow's namespace. */
  readonly workflowTemplates: readonly WorkflowTemplate[];
  readonly clusterWorkflowTemplates: readonly WorkflowTemplate[];
  /** ConfigMap name to its data, those of the workflow's namespace. */
  readonly configMaps: WorkflowBundle["configMaps"];
  /** The installation's defaults for every workflow. */
  readonly workflowDefaults?: { readonly metadata?: ObjectMeta; readonly spec?: WorkflowSpec };
  readonly nowMs: number;
  readonly uid: string;
  /** Appended to `metadata.generateName`. */
  readonly generateNameSuffix: string;
}

export interface PreparedBundle {
  readonly bundle?: WorkflowBundle;
  readonly problems: readonly Problem[];
}

/** Makes a decoded workflow complete: references merged, defaults applied, everything that it refers to taken as it is now. */
export function prepareBundle(input: BundleInput): PreparedBundle {
  const known = indexTemplates(input);
  const { workflow } = input;
  const reference = workflow.spec.workflowTemplateRef;
  const problems = [...checkReference(workflow.spec, known), ...checkName(workflow.metadata)];
  if (hasErrors(problems)) return { problems };
  const referenced =
    reference === undefined ? undefined : known.get(templateKey(reference.name ?? "", reference.clusterScope === true));
  const merged = mergeSpecs(workflow.spec, referenced?.spec, input.workflowDefaults?.spec);
  const spec = withTemplateDefaults(merged, merged.templateDefaults);
  const snapshot = snapshotTemplates(spec, known);
  const complete: Workflow = {
    ...workflow,
    metadata: completeMetadata(input, spec),
    spec,
    ...(referenced === undefined
      ? {}
      : { status: { ...workflow.status, storedWorkflowTemplateSpec: merged } as Workflow["status"] }),
  } as Workflow;
  return {
    bundle: {
      workflow: complete,
      ...(referenced !== undefined && { writtenSpec: workflow.spec }),
      workflowTemplates: snapshot,
      configMaps: neededConfigMaps(spec, snapshot, input),
    },
    problems,
  };
}

function indexTemplates(input: BundleInput): ReadonlyMap<string, WorkflowTemplate> {
  const known = new Map<string, WorkflowTemplate>();
  for (const template of input.workflowTemplates) known.set(templateKey(template.metadata.name ?? "", false), template);
  for (const template of input.clusterWorkflowTemplates)
    known.set(templateKey(template.metadata.name ?? "", true), template);
  return known;
}

function checkReference(spec: WorkflowSpec, known: ReadonlyMap<string, WorkflowTemplate>): Problem[] {
  const reference = spec.workflowTemplateRef;
  if (reference === undefined) return [];
  const problems: Problem[] = [];
  if ((spec.templates ?? []).length > 0) {
    const message =
      "A workflow with workflowTemplateRef takes its templates from there: remove spec.templates or the reference.";
    problems.push(error("CONFLICT", ["spec", "templates"], message));
  }
  const name = reference.name ?? "";
  const cluster = reference.clusterScope === true;
  if (!known.has(templateKey(name, cluster))) {
    const kind = cluster ? "ClusterWorkflowTemplate" : "WorkflowTemplate";
    const other = known.has(templateKey(name, !cluster)) ? ` (one of the other scope exists: see clusterScope)` : "";
    const message = `There is no ${kind} ${JSON.stringify(name)}${other}: create it first or correct the name.`;
    problems.push(error("UNKNOWN_REFERENCE", ["spec", "workflowTemplateRef", "name"], message));
  }
  return problems;
}

function checkName(metadata: ObjectMeta): Problem[] {
  const { name, generateName } = metadata;
  if (name) return objectName.test(name) ? [] : [badName("name", name)];
  // Whatever is appended consists of letters and digits.
  if (generateName) return objectName.test(`${generateName}x`) ? [] : [badName("generateName", generateName)];
  return [error("REQUIRED", ["metadata", "name"], "A workflow needs metadata.name or metadata.generateName.")];
}

/** As Kubernetes names objects (RFC 1123 subdomain). */
const objectName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function badName(field: "name" | "generateName", text: string): Problem {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  const message = `${shown} cannot be a workflow's ${field}: use lower case letters, digits, '-' and '.', and a letter or digit at its ends.`;
  return error("INVALID_NAME", ["metadata", field], message);
}

function completeMetadata(input: BundleInput, spec: WorkflowSpec): ObjectMeta {
  const { metadata } = input.workflow;
  const own = objectOr(spec.workflowMetadata);
  const defaults = input.workflowDefaults?.metadata;
  const labels = { ...defaults?.labels, ...metadata.labels, ...stringsOf(own["labels"]) };
  const annotations = { ...defaults?.annotations, ...metadata.annotations, ...stringsOf(own["annotations"]) };
  return {
    ...metadata,
    name: metadata.name || `${metadata.generateName ?? ""}${input.generateNameSuffix}`,
    namespace: metadata.namespace || "default",
    uid: metadata.uid || input.uid,
    creationTimestamp: metadata.creationTimestamp || timestamp(input.nowMs),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

function stringsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, item]) => typeof item === "string"));
}

/** RFC 3339 in UTC with whole seconds, as Kubernetes writes times. */
function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

// A name with a tag is known only when the step starts: then all templates of the scope must be there.
function snapshotTemplates(
  spec: WorkflowSpec,
  known: ReadonlyMap<string, WorkflowTemplate>,
): { [key: string]: WorkflowSpec } {
  const snapshot: { [key: string]: WorkflowSpec } = {};
  const pending: WorkflowSpec[] = [spec];
  let taken = 0;
  const take = (key: string) => {
    const template = known.get(key);
    if (template === undefined || Object.hasOwn(snapshot, key) || taken >= limits.workflowTemplatesMax) return;
    taken += 1;
    snapshot[key] = withTemplateDefaults(template.spec, spec.templateDefaults);
    pending.push(template.spec);
  };
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const reference of templateRefsOf(next)) {
      const cluster = reference.clusterScope === true;
      const prefix = templateKey("", cluster);
      if (!containsTag(reference.name ?? "")) take(templateKey(reference.name ?? "", cluster));
      else for (const key of known.keys()) if (key.startsWith(prefix)) take(key);
    }
  }
  return snapshot;
}

function neededConfigMaps(
  spec: WorkflowSpec,
  snapshot: { readonly [key: string]: WorkflowSpec },
  input: BundleInput,
): WorkflowBundle["configMaps"] {
  const names = new Set<string>();
  configMapNamesIn([spec, snapshot], names);
  const all = [...names].some(containsTag);
  return Object.fromEntries(Object.entries(input.configMaps).filter(([name]) => all || names.has(name)));
}
