import {
  formatTimestamp,
  type Json,
  type JsonObject,
  type ListQuery,
  parseTimestamp,
  toWorkflowObject,
  type WorkflowPhase,
  type WorkflowSummary,
} from "@capstan/core";
import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { queryCount } from "./checked-input.ts";
import { collectPage } from "./collect-page.ts";
import type { HttpDependencies } from "./dependencies.ts";
import { FieldMask } from "./field-mask.ts";
import { type LabelTerm, labelsMatch, parseLabelSelector } from "./label-selector.ts";
import { limits } from "./limits.ts";

export const listQuery = z.object({
  "listOptions.limit": queryCount,
  "listOptions.continue": z.string().optional(),
  "listOptions.labelSelector": z.string().optional(),
  "listOptions.fieldSelector": z.string().optional(),
  nameFilter: z.enum(["", "Exact", "Prefix", "Contains"]).optional(),
  createdAfter: z.string().optional(),
  finishedBefore: z.string().optional(),
  fields: z.string().optional(),
});

export type ListParameters = z.infer<typeof listQuery>;
type Keep = (summary: WorkflowSummary) => boolean;

const completedPhases: readonly WorkflowPhase[] = ["Succeeded", "Failed", "Error"];
const openPhases: readonly WorkflowPhase[] = ["", "Pending", "Running"];

/** Answers a list in Argo's shape; from the index alone when the wanted fields allow it. */
export async function listWorkflows(
  dependencies: HttpDependencies,
  namespace: string | undefined,
  parameters: ListParameters,
): Promise<Json> {
  const mask = new FieldMask(parameters.fields);
  const indexIsEnough = !mask.isEmpty && unindexedFields.every((path) => !mask.includes(path));
  const most = indexIsEnough ? limits.listItemsMax : limits.fullListItemsMax;
  const limit = Math.min(parameters["listOptions.limit"] || most, most);
  const { query: indexQuery, keep } = toIndexQuery(parameters, namespace);
  const continueToken = parameters["listOptions.continue"];
  const page = await collectPage(
    dependencies.reader,
    { ...indexQuery, limit, ...(continueToken !== undefined && { continueToken }) },
    keep,
  );
  const items = indexIsEnough ? page.items.map(summaryObject) : await fullObjects(dependencies, page.items);
  const list = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "WorkflowList",
    metadata: { resourceVersion: "0", ...(page.continueToken !== undefined && { continue: page.continueToken }) },
    items,
  };
  return mask.isEmpty ? list : { ...(mask.apply(list) as JsonObject), metadata: list.metadata };
}

/** What only the whole workflow knows; asking for any of it costs a read of each workflow. */
const unindexedFields = [
  "items.metadata.annotations",
  "items.spec.arguments",
  "items.spec.entrypoint",
  "items.spec.templates",
  "items.status.nodes",
  "items.status.outputs",
  "items.status.conditions",
  "items.status.storedTemplates",
];

function toIndexQuery(
  parameters: ListParameters,
  namespace: string | undefined,
): { readonly query: Omit<ListQuery, "limit">; readonly keep: Keep } {
  const { phases, labels } = splitLabels(parameters["listOptions.labelSelector"] ?? "");
  const name = nameCondition(parameters);
  const keeps = [name.keep, timeCondition(parameters), phaseCondition(phases)].filter((keep) => keep !== undefined);
  return {
    query: {
      ...(namespace !== undefined && { namespace }),
      ...(phases !== undefined && phases.length > 0 && { phases }),
      ...(labels.length > 0 && { labels }),
      ...(name.prefix !== undefined && { namePrefix: name.prefix }),
    },
    keep: (summary) => keeps.every((keep) => keep(summary)),
  };
}

/** A selector that no phase meets must find nothing, though the index takes "no phases" for "any". */
function phaseCondition(phases: readonly WorkflowPhase[] | undefined): Keep | undefined {
  return phases?.length === 0 ? () => false : undefined;
}

/** Argo keeps phase and completion as labels; here they are phases of the index. */
function splitLabels(text: string): {
  readonly phases: readonly WorkflowPhase[] | undefined;
  readonly labels: readonly LabelTerm[];
} {
  const parsed = parseLabelSelector(text);
  if (!parsed.ok) throw new ApiError("InvalidArgument", parsed.error);
  const ofPhase = parsed.value.filter((term) => isPhaseLabel(term.key));
  const labels = parsed.value.filter((term) => !isPhaseLabel(term.key));
  if (ofPhase.length === 0) return { phases: undefined, labels };
  return {
    phases: [...openPhases, ...completedPhases].filter((phase) => labelsMatch(labelsOf(phase), ofPhase)),
    labels,
  };
}

const phaseLabel = "workflows.argoproj.io/phase";
const completedLabel = "workflows.argoproj.io/completed";

function isPhaseLabel(key: string): boolean {
  return key === phaseLabel || key === completedLabel;
}

function labelsOf(phase: WorkflowPhase): { readonly [key: string]: string } {
  return {
    ...(phase !== "" && { [phaseLabel]: phase }),
    ...(phase !== "" && { [completedLabel]: String(completedPhases.includes(phase)) }),
  };
}

function nameCondition(parameters: ListParameters): { readonly prefix?: string; readonly keep?: Keep } {
  const terms = parseFieldSelector(parameters["listOptions.fieldSelector"] ?? "");
  const wanted = terms.find((term) => term.field === "metadata.name" && term.operator === "=")?.value;
  const unwanted = terms.filter((term) => term.field === "metadata.name" && term.operator === "!=");
  const notUnwanted: Keep = (summary) => unwanted.every((term) => term.value !== summary.name);
  if (wanted === undefined) return unwanted.length === 0 ? {} : { keep: notUnwanted };
  if (parameters.nameFilter === "Contains") {
    return { keep: (summary) => summary.name.includes(wanted) && notUnwanted(summary) };
  }
  if (parameters.nameFilter === "Prefix") return { prefix: wanted, keep: notUnwanted };
  return { prefix: wanted, keep: (summary) => summary.name === wanted };
}

/** The `=`, `==` and `!=` terms of a field selector; other fields than the workflow's name are refused by name. */
export function parseFieldSelector(
  text: string,
): readonly { readonly field: string; readonly operator: "=" | "!="; readonly value: string }[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const match = /^([\w.]+?)\s*(==|=|!=)\s*(.*)$/.exec(part);
      const field = match?.[1];
      const isNamespace = field === "metadata.namespace";
      if (
        match === null ||
        field === undefined ||
        (field !== "metadata.name" && !isNamespace && !field.startsWith("ext."))
      ) {
        throw new ApiError(
          "InvalidArgument",
          `unable to parse the field selector: ${JSON.stringify(part)}: only metadata.name=… and metadata.name!=… are known`,
        );
      }
      return { field, operator: match[2] === "!=" ? "!=" : "=", value: match[3] ?? "" } as const;
    });
}

function timeCondition(parameters: ListParameters): Keep | undefined {
  const createdAfterMs = timeOf(parameters.createdAfter, "createdAfter");
  const finishedBeforeMs = timeOf(parameters.finishedBefore, "finishedBefore");
  if (createdAfterMs === undefined && finishedBeforeMs === undefined) return undefined;
  return (summary) =>
    (createdAfterMs === undefined || summary.submittedAtMs > createdAfterMs) &&
    (finishedBeforeMs === undefined || (summary.finishedAtMs !== undefined && summary.finishedAtMs < finishedBeforeMs));
}

function timeOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined || text === "") return undefined;
  const atMs = parseTimestamp(text);
  if (atMs === undefined) throw new ApiError("InvalidArgument", `${name} is no RFC 3339 time: ${JSON.stringify(text)}`);
  return atMs;
}

/** A workflow in Argo's shape as far as the index knows it. */
export function summaryObject(summary: WorkflowSummary): JsonObject {
  const time = (atMs: number | undefined) => (atMs === undefined ? null : formatTimestamp(atMs));
  return {
    metadata: {
      name: summary.name,
      namespace: summary.namespace,
      uid: summary.uid,
      creationTimestamp: formatTimestamp(summary.submittedAtMs),
      labels: { ...summary.labels },
    },
    spec: {
      ...(summary.suspended && { suspend: true }),
      ...(summary.priority !== 0 && { priority: summary.priority }),
      ...(summary.templateName !== undefined && { workflowTemplateRef: { name: summary.templateName } }),
    },
    status: {
      phase: summary.phase,
      startedAt: time(summary.startedAtMs),
      finishedAt: time(summary.finishedAtMs),
      progress: summary.progress,
      ...(summary.message !== undefined && { message: summary.message }),
      // Argo has no such field: it is there for those who ask for it.
      ...(summary.cause !== undefined && { cause: summary.cause }),
    },
  };
}

async function fullObjects(
  { reader }: HttpDependencies,
  summaries: readonly WorkflowSummary[],
): Promise<readonly JsonObject[]> {
  const objects: JsonObject[] = [];
  for (const summary of summaries) {
    const stored = await reader.get(summary.shard, summary.uid);
    // Gone between the index and the read.
    if (stored !== undefined) objects.push(toWorkflowObject(stored) as unknown as JsonObject);
  }
  return objects;
}
