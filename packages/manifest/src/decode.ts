import type { Json, JsonObject, Workflow, WorkflowSpec, WorkflowTemplate } from "@capstan/core";
import { documentOf, type ParsedDocument, withPositions } from "./document.ts";
import { error, hasErrors, type Problem } from "./problem.ts";
import { conform } from "./structure/conform.ts";
import { kindShapes } from "./structure/kind-fields.ts";

/** A CronWorkflow object. */
export interface CronWorkflow {
  readonly apiVersion: "argoproj.io/v1alpha1";
  readonly kind: "CronWorkflow";
  readonly metadata: Workflow["metadata"];
  readonly spec: CronWorkflowSpec;
  readonly status?: JsonObject;
}

export interface CronWorkflowSpec {
  readonly schedules?: readonly string[];
  readonly timezone?: string;
  readonly concurrencyPolicy?: "Allow" | "Forbid" | "Replace";
  readonly suspend?: boolean;
  readonly startingDeadlineSeconds?: number;
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
  readonly stopStrategy?: { readonly expression?: string };
  readonly when?: string;
  readonly workflowMetadata?: Workflow["metadata"];
  readonly workflowSpec: WorkflowSpec;
}

/** What came of decoding: an object only when nothing is wrong with it. */
export interface Decoded<T> {
  readonly value?: T;
  readonly problems: readonly Problem[];
}

const argoVersion = "argoproj.io/v1alpha1";
const argoKinds = new Set([
  "Workflow",
  "WorkflowTemplate",
  "ClusterWorkflowTemplate",
  "CronWorkflow",
  "WorkflowEventBinding",
]);

/** Unknown fields, wrong types and fields of older versions, each with its place. Kinds that are not ours have no problems. */
export function checkStructure(input: ParsedDocument | JsonObject): Problem[] {
  return [...decodeAny(toDocument(input)).problems];
}

/** Decodes a Workflow as Go's decoder does: numbers and booleans of parameter values become text, older fields their successors. */
export function decodeWorkflow(input: ParsedDocument | JsonObject): Decoded<Workflow> {
  return decodeKind<Workflow>(input, ["Workflow"]);
}

export function decodeWorkflowTemplate(input: ParsedDocument | JsonObject): Decoded<WorkflowTemplate> {
  return decodeKind<WorkflowTemplate>(input, ["WorkflowTemplate", "ClusterWorkflowTemplate"]);
}

export function decodeCronWorkflow(input: ParsedDocument | JsonObject): Decoded<CronWorkflow> {
  return decodeKind<CronWorkflow>(input, ["CronWorkflow"]);
}

function toDocument(input: ParsedDocument | JsonObject): ParsedDocument {
  return isDocument(input) ? input : documentOf(input);
}

function isDocument(input: ParsedDocument | JsonObject): input is ParsedDocument {
  return typeof input["locate"] === "function";
}

function decodeKind<T>(input: ParsedDocument | JsonObject, kinds: readonly string[]): Decoded<T> {
  const document = toDocument(input);
  if (!kinds.includes(document.kind)) {
    const message = `The kind must be ${kinds.join(" or ")}, not ${JSON.stringify(document.kind)}.`;
    return { problems: withPositions([error("NOT_A_MANIFEST", ["kind"], message)], document) };
  }
  const { value, problems } = decodeAny(document);
  // The shape table has just said that the value is of this type.
  return hasErrors(problems) ? { problems } : { value: value as unknown as T, problems };
}

function decodeAny(document: ParsedDocument): { value: Json | undefined; problems: readonly Problem[] } {
  const shape = kindShapes.get(document.kind);
  if (shape === undefined) {
    const problems = document.kind === "" ? [missingKind()] : [];
    return { value: document.object, problems: withPositions(problems, document) };
  }
  const conformed = conform(document.object, shape);
  const problems = [...checkVersion(document), ...conformed.problems];
  return { value: withRequiredParts(conformed.value, document), problems: withPositions(problems, document) };
}

function missingKind(): Problem {
  return error(
    "NOT_A_MANIFEST",
    [],
    "The document has no kind: write `kind: Workflow` and `apiVersion: argoproj.io/v1alpha1`.",
  );
}

function checkVersion(document: ParsedDocument): Problem[] {
  if (!argoKinds.has(document.kind)) return [];
  if (document.apiVersion === argoVersion) return checkSpec(document);
  const message = `The apiVersion of a ${document.kind} must be ${argoVersion}, not ${JSON.stringify(document.apiVersion)}.`;
  return [error("NOT_A_MANIFEST", ["apiVersion"], message), ...checkSpec(document)];
}

function checkSpec(document: ParsedDocument): Problem[] {
  const spec = document.object["spec"];
  if (spec !== undefined && spec !== null) return [];
  return [error("REQUIRED", [], `A ${document.kind} needs a spec.`)];
}

function withRequiredParts(value: Json | undefined, document: ParsedDocument): Json | undefined {
  if (!argoKinds.has(document.kind) || typeof value !== "object" || value === null || Array.isArray(value))
    return value;
  return { metadata: {}, spec: {}, ...(value as JsonObject) };
}
