import type { JsonObject, Workflow } from "@capstan/core";
import { formatProblem, hasErrors, type ParsedDocument } from "@capstan/manifest";
import { badInput } from "../cli-error.ts";
import type { ApiClient } from "../client/api-client.ts";
import { ApiFailure } from "../client/api-failure.ts";
import type { WorkflowApi } from "../client/workflow-api.ts";
import { locateProblems, type Plan, type PlannedWorkflow } from "../manifests/plan.ts";
import type { Terminal } from "../terminal.ts";

/** Refuses a plan that cannot run, with every problem; of one that can, says what to beware of. */
export function refuseBadPlan(plan: Plan, terminal: Terminal): void {
  if (hasErrors(plan.problems)) throw badInput("the manifests cannot be run as they are", plan.problems);
  if (plan.workflows.length === 0) {
    const found = [...plan.resources.map((document) => `${document.kind}/${document.name}`), ...plan.ignored];
    throw badInput(
      found.length === 0
        ? "there is no workflow in these files: they are empty"
        : `there is no workflow in these files, only ${found.slice(0, 5).join(", ")}`,
    );
  }
  terminal.inform(plan.problems.map(formatProblem));
}

/** Stores what the workflows refer to, replacing older versions. */
export async function storeResources(
  client: ApiClient,
  namespace: string,
  documents: readonly ParsedDocument[],
): Promise<void> {
  for (const document of documents) await storeResource(client, namespace, document);
}

/** Submits the workflows in order. A refusal names the place in the file. */
export async function submitWorkflows(
  api: WorkflowApi,
  planned: readonly PlannedWorkflow[],
  serverDryRun = false,
): Promise<readonly Workflow[]> {
  const created: Workflow[] = [];
  for (const { document, workflow } of planned) {
    created.push(await located(document, () => api.create(workflow as unknown as JsonObject, serverDryRun)));
  }
  return created;
}

const paths: {
  readonly [kind: string]: { readonly path: string; readonly field: string; readonly namespaced: boolean };
} = {
  WorkflowTemplate: { path: "/api/v1/workflow-templates", field: "template", namespaced: true },
  ClusterWorkflowTemplate: { path: "/api/v1/cluster-workflow-templates", field: "template", namespaced: false },
  ConfigMap: { path: "/api/v1/capstan/configmaps", field: "configMap", namespaced: true },
};

async function storeResource(client: ApiClient, namespace: string, document: ParsedDocument): Promise<void> {
  const place = paths[document.kind];
  if (place === undefined) throw new Error(`${document.kind} is not stored`);
  const metadata = (document.object["metadata"] ?? {}) as JsonObject;
  const ownNamespace = typeof metadata["namespace"] === "string" ? metadata["namespace"] : namespace;
  const collection = place.namespaced ? `${place.path}/${encodeURIComponent(ownNamespace)}` : place.path;
  const { resourceVersion: _, ...rest } = metadata;
  const body = { [place.field]: { ...document.object, metadata: rest } };
  await located(document, async () => {
    try {
      await client.post(collection, body);
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.status !== 409) throw error;
      await client.put(`${collection}/${encodeURIComponent(document.name)}`, body);
    }
  });
}

async function located<T>(document: ParsedDocument, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.problems.length === 0) throw error;
    throw badInput(
      `${document.kind} ${document.name || "without a name"} was refused`,
      locateProblems(error.problems, document),
    );
  }
}
