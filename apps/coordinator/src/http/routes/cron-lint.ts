import type { JsonObject } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { lintCronWorkflow } from "../admission.ts";
import { templateObject } from "../argo-schemas.ts";
import { checkedInput, jsonObject, namespaceName } from "../checked-input.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { manifestOfBody } from "../manifest-body.ts";
import { describeRoute } from "../openapi.ts";
import { type InNamespace, namespaceParams } from "../route-params.ts";

const lintBody = z.object({ cronWorkflow: jsonObject });

/** Checking CronWorkflows, which are not carried out yet: folders of manifests that hold some can be linted whole. */
export function cronLintRoutes(server: FastifyInstance, dependencies: HttpDependencies): void {
  const linting = describeRoute({
    tag: "Templates",
    id: "CronWorkflowService_LintCronWorkflow",
    summary: "Checks a CronWorkflow",
    params: namespaceParams,
    body: lintBody,
    response: templateObject,
  });
  server.post<InNamespace>("/api/v1/cron-workflows/:namespace/lint", linting, async (request) => {
    const body = checkedInput(lintBody, manifestOfBody(request.body, "cronWorkflow"), "body");
    const namespace = checkedInput(namespaceName, request.params.namespace, "namespace");
    return lintCronWorkflow(dependencies, namespace, body.cronWorkflow as JsonObject);
  });
}
