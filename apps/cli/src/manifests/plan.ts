import { type JsonObject, templateKey, type Workflow, type WorkflowBundle, type WorkflowTemplate } from "@capstan/core";
import {
  applySubmitOptions,
  checkStructure,
  decodeCronWorkflow,
  decodeWorkflow,
  decodeWorkflowTemplate,
  hasErrors,
  normalizeSeed,
  type ParsedDocument,
  type Problem,
  prepareBundle,
  type SubmitOptions,
  validateCronWorkflow,
  validateWorkflow,
  validateWorkflowTemplate,
  withPositions,
} from "@capstan/manifest";

/** A workflow of the files with the user's options, and the document that knows its lines. */
export interface PlannedWorkflow {
  readonly document: ParsedDocument;
  readonly workflow: Workflow;
}

/** What the files ask for: objects to store first, workflows to submit then. */
export interface Plan {
  readonly resources: readonly ParsedDocument[];
  readonly workflows: readonly PlannedWorkflow[];
  /** Kinds that Capstan does nothing with, as "Kind/name". */
  readonly ignored: readonly string[];
  /** Some of the documents were of the seed dialect. */
  readonly isSeed: boolean;
  readonly problems: readonly Problem[];
}

export interface PlanOptions {
  readonly submit: SubmitOptions;
  /** From `--set` and `--values`. */
  readonly values: { readonly [name: string]: string };
  /** How far manifests are judged: by themselves, or with everything that they refer to expected among the files. */
  readonly check: "structure" | "complete" | "lint";
}

const storedKinds = new Set(["WorkflowTemplate", "ClusterWorkflowTemplate", "ConfigMap"]);

/** Sorts documents into what is stored and what is submitted, and says what is wrong with them. */
export function planManifests(given: readonly ParsedDocument[], options: PlanOptions): Plan {
  const seed = normalizeSeed(given, { values: { ...options.values, ...assignments(options.submit.parameters ?? []) } });
  const problems: Problem[] = [...seed.problems];
  const written = new Set(given);
  const resources: ParsedDocument[] = [];
  const workflows: PlannedWorkflow[] = [];
  const ignored: string[] = [];
  for (const document of seed.documents) {
    if (storedKinds.has(document.kind)) {
      problems.push(...checkStructure(document));
      resources.push(document);
    } else if (document.kind === "Workflow") {
      // A document of the seed dialect has taken its values already.
      const extra = written.has(document) ? options.values : {};
      const planned = planWorkflow(document, options.submit, extra, problems);
      if (planned !== undefined) workflows.push(planned);
    } else if (document.kind === "CronWorkflow" && options.check === "lint") problems.push(...checkCron(document));
    else if (document.kind === "") problems.push(...checkStructure(document));
    else ignored.push(`${document.kind}/${document.name}`);
  }
  const plan = { resources, workflows, ignored, isSeed: seed.documents.some((document) => !written.has(document)) };
  if (options.check !== "structure" && !hasErrors(problems)) problems.push(...judge(plan, options.check === "lint"));
  return { ...plan, problems };
}

/** The place of a server's problem in the file that the manifest came from. */
export function locateProblems(problems: readonly Problem[], document: ParsedDocument): readonly Problem[] {
  return withPositions(problems, document);
}

function planWorkflow(
  document: ParsedDocument,
  submit: SubmitOptions,
  values: PlanOptions["values"],
  problems: Problem[],
): PlannedWorkflow | undefined {
  const decoded = decodeWorkflow(document);
  problems.push(...decoded.problems);
  if (decoded.value === undefined) return undefined;
  const parameters = [
    ...Object.entries(values).map(([name, value]) => `${name}=${value}`),
    ...(submit.parameters ?? []),
  ];
  const applied = applySubmitOptions(decoded.value, { ...submit, parameters });
  problems.push(...applied.problems);
  return { document, workflow: applied.workflow };
}

function checkCron(document: ParsedDocument): readonly Problem[] {
  const decoded = decodeCronWorkflow(document);
  if (decoded.value === undefined) return decoded.problems;
  return [...decoded.problems, ...withPositions(validateCronWorkflow(decoded.value), document)];
}

interface KnownTemplate {
  readonly document: ParsedDocument;
  readonly template: WorkflowTemplate;
}

/** Everything that can be said without running: the files are all there is. */
function judge(plan: Omit<Plan, "problems">, lint: boolean): readonly Problem[] {
  const templates = plan.resources.flatMap((document): KnownTemplate[] => {
    if (document.kind === "ConfigMap") return [];
    const template = decodeWorkflowTemplate(document).value;
    return template === undefined ? [] : [{ document, template }];
  });
  const referable = Object.fromEntries(
    templates.map(({ document, template }) => [
      templateKey(document.name, document.kind === "ClusterWorkflowTemplate"),
      template.spec,
    ]),
  );
  const ofTemplates = templates.flatMap(({ document, template }) =>
    withPositions(validateWorkflowTemplate(template, referable, { lint }), document),
  );
  const configMaps = configMapsOf(plan.resources);
  const ofWorkflows = plan.workflows.flatMap((planned) => judgeWorkflow(planned, templates, configMaps, lint));
  return [...ofTemplates, ...ofWorkflows];
}

function judgeWorkflow(
  { document, workflow }: PlannedWorkflow,
  templates: readonly KnownTemplate[],
  configMaps: WorkflowBundle["configMaps"],
  lint: boolean,
): readonly Problem[] {
  const ofKind = (kind: string) =>
    templates.filter((known) => known.document.kind === kind).map((known) => known.template);
  const prepared = prepareBundle({
    workflow,
    workflowTemplates: ofKind("WorkflowTemplate"),
    clusterWorkflowTemplates: ofKind("ClusterWorkflowTemplate"),
    configMaps,
    nowMs: 0,
    uid: "",
    generateNameSuffix: "xxxxx",
  });
  const judged =
    prepared.bundle === undefined ? [] : validateWorkflow(prepared.bundle, lint ? { lint } : { submit: true });
  return withPositions([...prepared.problems, ...judged], document);
}

function configMapsOf(resources: readonly ParsedDocument[]): WorkflowBundle["configMaps"] {
  return Object.fromEntries(
    resources
      .filter((document) => document.kind === "ConfigMap")
      .map((document) => [document.name, (document.object["data"] ?? {}) as JsonObject as Record<string, string>]),
  );
}

/** `name=value` texts as an object; what has no "=" is left to be reported where it is used. */
function assignments(texts: readonly string[]): { readonly [name: string]: string } {
  return Object.fromEntries(
    texts
      .filter((text) => text.indexOf("=") > 0)
      .map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
  );
}
