import { type JsonObject, toWorkflowObject, type Workflow, type WorkflowBundle } from "@capstan/core";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { type AdmissionOptions, admitWorkflow } from "../admission.ts";
import { ApiError } from "../api-error.ts";
import { workflowList, workflowObject } from "../argo-schemas.ts";
import { checkedInput, jsonObject, namespaceName, objectName } from "../checked-input.ts";
import type { HttpContext } from "../context.ts";
import { FieldMask } from "../field-mask.ts";
import { limits } from "../limits.ts";
import { type ListParameters, listQuery, listWorkflows } from "../list-workflows.ts";
import { documentOfBody, manifestOfBody } from "../manifest-body.ts";
import { describeRoute } from "../openapi.ts";
import { resubmission } from "../resubmission.ts";
import { type InNamespace, type Named, namedParams, namespaceParams } from "../route-params.ts";
import { submitBody, submittedTemplate } from "../submitted-template.ts";
import { checkedAssignments } from "./controls.ts";

const createBody = z.object({
  workflow: jsonObject,
  serverDryRun: z.boolean().nullish(),
  createOptions: z.looseObject({ dryRun: z.array(z.string()).nullish() }).nullish(),
});

const resubmitBody = z.object({ memoized: z.boolean().nullish(), parameters: z.array(z.string()).nullish() });

/** Creating, linting, reading and listing workflows, as Argo Server does. */
export function workflowRoutes(server: FastifyInstance, context: HttpContext): void {
  const collection = "/api/v1/workflows/:namespace";

  const creating = describeRoute({
    tag: "Workflows",
    id: "WorkflowService_CreateWorkflow",
    summary: "Creates a workflow from a manifest",
    description:
      "The manifest as JSON below `workflow`, or alone, also as YAML with the content type application/yaml.",
    params: namespaceParams,
    body: createBody,
    response: workflowObject,
  });
  server.post<InNamespace>(collection, creating, async (request, reply) => {
    const body = checkedInput(createBody, manifestOfBody(request.body, "workflow"), "body");
    const dryRun = body.serverDryRun === true || (body.createOptions?.dryRun?.length ?? 0) > 0;
    const document = documentOfBody(request.body);
    return create(context, reply, request.params.namespace, body.workflow as JsonObject, { document }, dryRun);
  });

  const linting = describeRoute({
    tag: "Workflows",
    id: "WorkflowService_LintWorkflow",
    summary: "Checks a manifest and runs nothing",
    params: namespaceParams,
    body: createBody,
    response: workflowObject,
  });
  server.post<InNamespace>(`${collection}/lint`, linting, async (request) => {
    const body = checkedInput(createBody, manifestOfBody(request.body, "workflow"), "body");
    const namespace = checkedInput(namespaceName, request.params.namespace, "namespace");
    const admitted = await admitWorkflow(context.dependencies, namespace, body.workflow as JsonObject, {
      lint: true,
      document: documentOfBody(request.body),
    });
    return admitted.workflow;
  });

  const submitting = describeRoute({
    tag: "Workflows",
    id: "WorkflowService_SubmitWorkflow",
    summary: "Runs a stored template",
    params: namespaceParams,
    body: submitBody,
    response: workflowObject,
  });
  server.post<InNamespace>(`${collection}/submit`, submitting, async (request, reply) => {
    const body = checkedInput(submitBody, request.body, "body");
    const { workflow, options } = submittedTemplate(body);
    const dryRun = body.submitOptions?.dryRun === true || body.submitOptions?.serverDryRun === true;
    return create(context, reply, request.params.namespace, workflow, { options }, dryRun);
  });

  const listing = { tag: "Workflows", query: listQuery, response: workflowList } as const;
  server.get<InNamespace & { Querystring: ListParameters }>(
    collection,
    describeRoute({
      ...listing,
      id: "WorkflowService_ListWorkflows",
      summary: "Lists a namespace's workflows, newest first",
      params: namespaceParams,
    }),
    (request) =>
      // Argo asks for all namespaces by leaving the namespace empty.
      listWorkflows(context.dependencies, request.params.namespace || undefined, request.query),
  );
  server.get<{ Querystring: ListParameters }>(
    "/api/v1/workflows",
    describeRoute({ ...listing, id: "ListAllWorkflows", summary: "Lists the workflows of all namespaces" }),
    (request) => listWorkflows(context.dependencies, undefined, request.query),
  );

  const reading = describeRoute({
    tag: "Workflows",
    id: "WorkflowService_GetWorkflow",
    summary: "Reads a workflow with its nodes",
    params: namedParams,
    query: z.object({ fields: z.string().optional(), uid: z.string().optional() }),
    response: workflowObject,
  });
  server.get<Named & { Querystring: { fields?: string; uid?: string } }>(
    `${collection}/:name`,
    reading,
    async (request) => {
      const { place, stored } = await context.lookup.find(request.params.namespace, request.params.name);
      if (request.query.uid && request.query.uid !== place.uid) {
        throw new ApiError("NotFound", `workflow "${place.name}" has uid ${place.uid}, not ${request.query.uid}`);
      }
      const mask = new FieldMask(request.query.fields);
      // Linking a large workflow's nodes is the dear part: not for those who do not want them.
      const shown = mask.includes("status.nodes") ? stored : { ...stored, nodes: [] };
      return mask.apply(toWorkflowObject(shown) as unknown as JsonObject);
    },
  );

  const resubmitting = describeRoute({
    tag: "Workflows",
    id: "WorkflowService_ResubmitWorkflow",
    summary: "Runs the same workflow once more, as a new one",
    params: namedParams,
    body: resubmitBody,
    response: workflowObject,
  });
  server.put<Named>(`${collection}/:name/resubmit`, resubmitting, async (request, reply) => {
    const body = checkedInput(resubmitBody, request.body ?? {}, "body");
    if (body.memoized === true) {
      throw new ApiError("Unimplemented", "memoized resubmission is not supported: use retry, or resubmit without it");
    }
    const { stored } = await context.lookup.find(request.params.namespace, request.params.name);
    const again = resubmission(stored);
    const options = { parameters: checkedAssignments(body.parameters ?? []) };
    return create(context, reply, request.params.namespace, again as unknown as JsonObject, { options }, false);
  });
}

async function create(
  context: HttpContext,
  reply: FastifyReply,
  namespace: string,
  given: JsonObject,
  admission: AdmissionOptions,
  dryRun: boolean,
): Promise<Workflow> {
  const { dependencies } = context;
  checkedInput(namespaceName, namespace, "namespace");
  const { workflow, bundle, warnings } = await admitWorkflow(dependencies, namespace, given, admission);
  for (const warning of warnings.slice(0, 20)) reply.header("warning", `299 - ${JSON.stringify(warning)}`);
  // A generated name may be taken: another suffix is tried. A given one is the user's.
  const { name: givenName, generateName = "" } = workflow.metadata;
  const attempts = givenName ? 1 : limits.generateNameAttempts;
  let metadata = bundle.workflow.metadata;
  for (let attempt = 1; ; attempt++) {
    const name = checkedInput(objectName, metadata.name, "metadata.name");
    if (dryRun) return { ...workflow, metadata };
    const shard = context.lookup.shardOf(namespace, name);
    const result = await dependencies.inbox.submit(shard, withMetadata(bundle, metadata));
    if (result.accepted) return { ...workflow, metadata };
    if (attempt >= attempts) {
      throw new ApiError("AlreadyExists", `workflows.argoproj.io "${name}" already exists in namespace "${namespace}"`);
    }
    metadata = { ...metadata, name: `${generateName}${dependencies.ids.nameSuffix()}` };
  }
}

function withMetadata(bundle: WorkflowBundle, metadata: Workflow["metadata"]): WorkflowBundle {
  return { ...bundle, workflow: { ...bundle.workflow, metadata } };
}
