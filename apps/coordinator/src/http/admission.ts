import {
  type Clock,
  type Json,
  type JsonObject,
  templateKey,
  type Workflow,
  type WorkflowBundle,
  type WorkflowTemplate,
} from "@capstan/core";
import {
  applySubmitOptions,
  decodeCronWorkflow,
  decodeWorkflow,
  decodeWorkflowTemplate,
  type ParsedDocument,
  type Problem,
  prepareBundle,
  type SubmitOptions,
  type ValidateOptions,
  validateCronWorkflow,
  validateWorkflow,
  withPositions,
} from "@capstan/manifest";
import { withOrigin } from "../workflow-origin.ts";
import type { IdSource } from "./dependencies.ts";
import { refuseProblems } from "./manifest-body.ts";
import { loadReferenced, type ReadableResources } from "./referenced-resources.ts";

/** What admission looks up: what is stored, the time, and names. */
export interface AdmissionDependencies {
  readonly resources: ReadableResources;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** A workflow that may be submitted. */
export interface Admitted {
  /** As the user wrote it, with the options of the submit. */
  readonly workflow: Workflow;
  /** Complete: references merged, defaults applied. */
  readonly bundle: WorkflowBundle;
  readonly warnings: readonly string[];
  /** The warnings with their places. */
  readonly problems: readonly Problem[];
}

export interface AdmissionOptions {
  readonly options?: SubmitOptions;
  readonly lint?: boolean;
  /** Where the manifest was read from: tells the lines of problems. */
  readonly document?: ParsedDocument | undefined;
  /** The workflow stands for an object of the cluster that has this uid. */
  readonly objectUid?: string;
}

/** Checks a manifest as far as it can be checked before it runs. Throws InvalidArgument with every problem; nothing is stored. */
export async function admitWorkflow(
  dependencies: AdmissionDependencies,
  namespace: string,
  given: JsonObject,
  { options = {}, lint = false, document, objectUid }: AdmissionOptions,
): Promise<Admitted> {
  const decoded = decodeWorkflow(asNew(given, "Workflow", namespace));
  refuseProblems(decoded.problems, document);
  // Decoding answers a value whenever it has no error.
  if (decoded.value === undefined) throw new Error("a manifest without errors was not decoded");
  const applied = applySubmitOptions(decoded.value, options);
  refuseProblems(applied.problems, document);
  const referenced = await loadReferenced(dependencies, namespace, applied.workflow);
  const prepared = prepareBundle({
    workflow: applied.workflow,
    ...referenced,
    nowMs: dependencies.clock.nowMs(),
    uid: objectUid ?? dependencies.ids.uid(),
    generateNameSuffix: dependencies.ids.nameSuffix(),
  });
  refuseProblems(prepared.problems, document);
  if (prepared.bundle === undefined) throw new Error("a bundle without errors was not prepared");
  const found = validateWorkflow(prepared.bundle, lint ? { lint } : { submit: true });
  refuseProblems(found, document);
  const problems = [...decoded.problems, ...prepared.problems, ...found];
  return {
    workflow: applied.workflow,
    bundle: withOrigin(prepared.bundle, objectUid !== undefined),
    warnings: problems.map(warningText),
    problems: document === undefined ? problems : withPositions(problems, document),
  };
}

/** Checks a WorkflowTemplate or ClusterWorkflowTemplate before it is stored; what would run of it. Throws InvalidArgument with every problem. */
export async function lintTemplate(
  dependencies: AdmissionDependencies,
  object: JsonObject,
  namespace: string,
  document?: ParsedDocument,
): Promise<WorkflowBundle | undefined> {
  const decoded = decodeWorkflowTemplate(object);
  refuseProblems(decoded.problems, document);
  if (decoded.value === undefined) throw new Error("a manifest without errors was not decoded");
  const { metadata, spec } = decoded.value;
  const referenced = await loadReferenced(dependencies, namespace, object);
  const prepared = prepareBundle({
    workflow: { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", metadata, spec },
    ...referenced,
    nowMs: dependencies.clock.nowMs(),
    uid: "",
    generateNameSuffix: "",
  });
  refuseProblems(prepared.problems, document);
  if (prepared.bundle === undefined) return undefined;
  // Templates refer to each other: the first of a pair is stored before the second exists.
  const options: ValidateOptions = { lint: true, isTemplate: true, assumeMissingTemplates: true };
  refuseProblems(validateWorkflow(prepared.bundle, options), document);
  return prepared.bundle;
}

/** Checks a CronWorkflow and the workflow that it makes, with the templates that are stored. Throws InvalidArgument with every problem. */
export async function lintCronWorkflow(
  dependencies: Pick<AdmissionDependencies, "resources">,
  namespace: string,
  given: JsonObject,
): Promise<JsonObject> {
  const object = asNew(given, "CronWorkflow", namespace);
  const decoded = decodeCronWorkflow(object);
  refuseProblems(decoded.problems);
  if (decoded.value === undefined) throw new Error("a manifest without errors was not decoded");
  const { workflowTemplates, clusterWorkflowTemplates } = await loadReferenced(
    dependencies,
    namespace,
    decoded.value.spec.workflowSpec === undefined ? {} : { spec: decoded.value.spec.workflowSpec },
  );
  const known = (templates: readonly WorkflowTemplate[], isCluster: boolean) =>
    templates.map(({ metadata, spec }) => [templateKey(metadata.name ?? "", isCluster), spec] as const);
  const byKey = Object.fromEntries([...known(workflowTemplates, false), ...known(clusterWorkflowTemplates, true)]);
  refuseProblems(validateCronWorkflow(decoded.value, byKey, { lint: true }));
  return object;
}

const serverFields = ["uid", "creationTimestamp", "resourceVersion", "generation", "managedFields", "selfLink"];

/** What only the server may say of an object is dropped: a manifest that was read from a server can be submitted again. */
function asNew(given: JsonObject, kind: string, namespace: string): JsonObject {
  const { status: _, ...rest } = given;
  const metadata = (given["metadata"] ?? {}) as { readonly [field: string]: Json | undefined };
  if (typeof metadata !== "object") return { kind, ...rest };
  const kept = Object.entries(metadata).filter(([field]) => !serverFields.includes(field));
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind,
    ...rest,
    metadata: { ...Object.fromEntries(kept), namespace },
  };
}

function warningText(problem: Problem): string {
  return problem.path === "" ? problem.message : `${problem.path}: ${problem.message}`;
}
