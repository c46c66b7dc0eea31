import { type JsonObject, previewGraph, type Vertex, type WorkflowBundle } from "@capstan/core";
import { checkStructure, type ParsedDocument, type Problem, parseManifests, withPositions } from "@capstan/manifest";
import { type AdmissionDependencies, admitWorkflow, lintTemplate } from "./admission.ts";
import { ApiError } from "./api-error.ts";
import { OverlaidResources } from "./overlaid-resources.ts";
import type { GraphHead } from "./views/graph-events.ts";

/** What a text of manifests would do, before it does. */
export interface ManifestsPreview {
  /** What would be created, in the order of the text. */
  readonly documents: readonly PreviewedDocument[];
  readonly problems: readonly Problem[];
  /** What would run: of the first workflow, else of the first template. Absent while there are errors. */
  readonly graph?: GraphSnapshot;
}

export interface PreviewedDocument {
  readonly kind: string;
  readonly name: string;
  readonly line?: number;
  readonly object: JsonObject;
}

export interface GraphSnapshot {
  readonly type: "snapshot";
  readonly head: GraphHead;
  readonly vertices: readonly Vertex[];
}

const creatableKinds = ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "ConfigMap"];

/** Reads and checks all documents of a text as if those before the workflow were created already. Nothing is stored; mistakes are problems. */
export async function previewManifests(
  dependencies: AdmissionDependencies,
  namespace: string,
  text: string,
): Promise<ManifestsPreview> {
  const { documents, problems: mistakes } = parseManifests(text);
  const objects = documents.map(({ object }) => object);
  const resources = new OverlaidResources(dependencies.resources, namespace, objects);
  const problems: Problem[] = [...mistakes];
  const bundles: { readonly kind: string; readonly bundle: WorkflowBundle }[] = [];
  for (const document of documents) {
    const checked = await checkDocument({ ...dependencies, resources }, namespace, document);
    problems.push(...checked.problems);
    if (checked.bundle !== undefined) bundles.push({ kind: document.kind, bundle: checked.bundle });
  }
  const shown = (bundles.find(({ kind }) => kind === "Workflow") ?? bundles[0])?.bundle;
  return {
    documents: documents.map(previewedDocument),
    problems,
    ...(shown !== undefined && { graph: previewSnapshot(shown) }),
  };
}

/** What a workflow would run, as graphs are told. */
export function previewSnapshot(bundle: WorkflowBundle): GraphSnapshot {
  const vertices = previewGraph(bundle);
  const leaves = vertices.filter(({ childCount, kind }) => childCount === undefined && kind !== "Loop").length;
  const head = { phase: "Pending", progress: `0/${leaves}`, suspended: false } as const;
  return { type: "snapshot", head, vertices };
}

function previewedDocument(document: ParsedDocument): PreviewedDocument {
  const { kind, name, object } = document;
  const line = document.locate([])?.line;
  return { kind, name, ...(line !== undefined && { line }), object };
}

interface Checked {
  readonly problems: readonly Problem[];
  readonly bundle?: WorkflowBundle | undefined;
}

async function checkDocument(
  dependencies: AdmissionDependencies,
  namespace: string,
  document: ParsedDocument,
): Promise<Checked> {
  const { kind, object } = document;
  try {
    if (kind === "Workflow") return await admitWorkflow(dependencies, namespace, object, { document });
    if (kind === "WorkflowTemplate" || kind === "ClusterWorkflowTemplate") {
      return { problems: [], bundle: await lintTemplate(dependencies, object, namespace, document) };
    }
    if (kind === "ConfigMap") return { problems: withPositions(checkStructure(document), document) };
    return { problems: withPositions([notCreatable(kind)], document) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { problems: (error.problems as readonly Problem[] | undefined) ?? [asProblem(error, document)] };
  }
}

/** Argo's kinds that are only kept, and what to do instead. */
const idleKinds = new Map([
  ["CronWorkflow", "Capstan does not act on CronWorkflows yet: submit what its workflowSpec says as a Workflow."],
  ["WorkflowEventBinding", "Capstan does not act on WorkflowEventBindings yet."],
]);

function notCreatable(kind: string): Problem {
  const idle = idleKinds.get(kind);
  if (idle !== undefined) return { code: "NOT_A_MANIFEST", severity: "error", path: "kind", message: idle };
  const what = kind === "" ? "A document without a kind" : `A ${kind.slice(0, 60)}`;
  const message = `${what} cannot be created here, only ${creatableKinds.join(", ")}.`;
  return { code: "NOT_A_MANIFEST", severity: "error", path: "kind", message };
}

function asProblem({ message }: ApiError, document: ParsedDocument): Problem {
  const line = document.locate([])?.line;
  return { code: "INVALID_VALUE", severity: "error", path: "", message, ...(line !== undefined && { line }) };
}
