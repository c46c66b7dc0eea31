import { answerOf, api, RequestError } from "../../api/client.ts";
import type { PreviewedDocument } from "./use-preview.ts";

/** What can be created here. */
export const creatableKinds = ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "ConfigMap"] as const;

export interface CreatedObject {
  readonly kind: string;
  readonly name: string;
  readonly wasReplaced: boolean;
}

/** The order in which the documents of a file are created: what workflows refer to comes before them. */
export function inOrderOfCreation(documents: readonly PreviewedDocument[]): readonly PreviewedDocument[] {
  const isWorkflow = ({ kind }: PreviewedDocument) => kind === "Workflow";
  return [...documents.filter((document) => !isWorkflow(document)), ...documents.filter(isWorkflow)];
}

/** Creates one document's object. With `replaces`, one of that name that is there already is replaced. Throws RequestError. */
export async function createDocument(
  { kind, name, object }: PreviewedDocument,
  namespace: string,
  replaces: boolean,
): Promise<CreatedObject> {
  try {
    const created = await answerOf(post(kind, namespace, object));
    return { kind, name: created.metadata.name ?? name, wasReplaced: false };
  } catch (error) {
    const isTaken = error instanceof RequestError && error.problem.status === 409;
    if (!isTaken || !replaces || kind === "Workflow") throw error;
    await answerOf(put(kind, namespace, name, object));
    return { kind, name, wasReplaced: true };
  }
}

type ApiObject = Parameters<typeof post>[2] & { readonly metadata: { readonly name?: string } };

function post(kind: string, namespace: string, object: object) {
  const params = { path: { namespace } };
  const template = object as ApiObject;
  switch (kind) {
    case "WorkflowTemplate":
      return api.POST("/api/v1/workflow-templates/{namespace}", { params, body: { template } });
    case "ClusterWorkflowTemplate":
      return api.POST("/api/v1/cluster-workflow-templates", { body: { template } });
    case "ConfigMap":
      return api.POST("/api/v1/capstan/configmaps/{namespace}", { params, body: { configMap: template } });
    default:
      return api.POST("/api/v1/workflows/{namespace}", { params, body: { workflow: { ...object } } });
  }
}

function put(kind: string, namespace: string, name: string, object: object) {
  const params = { path: { namespace, name } };
  const template = object as ApiObject;
  switch (kind) {
    case "WorkflowTemplate":
      return api.PUT("/api/v1/workflow-templates/{namespace}/{name}", { params, body: { template } });
    case "ClusterWorkflowTemplate":
      return api.PUT("/api/v1/cluster-workflow-templates/{name}", { params, body: { template } });
    default:
      return api.PUT("/api/v1/capstan/configmaps/{namespace}/{name}", { params, body: { configMap: template } });
  }
}
