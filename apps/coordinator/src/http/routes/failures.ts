import { compareFacts } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { queryCount } from "../checked-input.ts";
import type { HttpContext } from "../context.ts";
import { originOfImage } from "../failed-image.ts";
import { limits } from "../limits.ts";
import { describeRoute } from "../openapi.ts";
import { failedImage, failureDetail, failureGroup } from "../views/failure-schemas.ts";

const listQuery = z.object({
  namespace: z.string().optional().describe("all when absent"),
  limit: queryCount.describe(`at most ${limits.queuePageMax}`),
  continue: z.string().regex(/^\d*$/, "must be what an earlier page gave").optional(),
});

export const failureParams = z.object({ namespace: z.string(), fingerprint: z.string() });

export interface FailurePath {
  Params: z.infer<typeof failureParams>;
}

/** What failed, grouped by cause: how often, where, and what was different when it last went well. */
export function failureRoutes(server: FastifyInstance, { dependencies }: HttpContext): void {
  const { failures, phases } = dependencies;

  server.get<{ Querystring: z.infer<typeof listQuery> }>(
    "/api/v1/capstan/failures",
    describeRoute({
      ...{ tag: "Queues", id: "ListFailures", summary: "Failures grouped by their cause, the latest first" },
      query: listQuery,
      response: z.object({ items: z.array(failureGroup), continue: z.string().optional() }),
    }),
    async ({ query }) => {
      const page = await failures.list({
        limit: Math.min(Math.max(query.limit ?? limits.queuePageMax, 1), limits.queuePageMax),
        ...(query.namespace && { namespace: query.namespace }),
        ...(query.continue && { continueToken: query.continue }),
      });
      // The log is for those who open one.
      const items = page.items.map(({ example: { logTail: _, ...example }, ...group }) => ({ ...group, example }));
      return { items, ...(page.continueToken !== undefined && { continue: page.continueToken }) };
    },
  );

  server.get<FailurePath>(
    "/api/v1/capstan/failures/:namespace/:fingerprint",
    describeRoute({
      ...{ tag: "Queues", id: "GetFailure", summary: "One cause: the workflows it hit, beside the last good run" },
      ...{ params: failureParams, response: failureDetail },
    }),
    async ({ params: { namespace, fingerprint } }) => {
      const [failure, hit] = await Promise.all([
        failures.get(namespace, fingerprint),
        failures.workflowsOf(namespace, fingerprint, limits.hitWorkflowsMax),
      ]);
      if (failure === undefined) throw unknownFailure(namespace, fingerprint);
      const [now, lastGoodRun] = await Promise.all([
        phases.phasesOf(hit.map(({ name, uid }) => ({ namespace, name, uid }))),
        failures.lastGoodRun(namespace, failure.example.template),
      ]);
      return {
        failure,
        workflows: hit.map((workflow, index) => ({ ...workflow, phase: now[index] ?? "absent" })),
        ...(lastGoodRun !== undefined && { lastGoodRun }),
        differences: lastGoodRun === undefined ? [] : compareFacts(lastGoodRun, failure.example),
      };
    },
  );

  server.get<FailurePath>(
    "/api/v1/capstan/failures/:namespace/:fingerprint/image",
    describeRoute({
      ...{
        tag: "Queues",
        id: "GetFailedImage",
        summary: "Where the image that failed is said: what to change for another",
      },
      ...{ params: failureParams, response: failedImage },
    }),
    async ({ params: { namespace, fingerprint } }) => {
      const failure = await failures.get(namespace, fingerprint);
      if (failure === undefined) throw unknownFailure(namespace, fingerprint);
      return originOfImage(dependencies, failure.example);
    },
  );
}

export function unknownFailure(namespace: string, fingerprint: string): ApiError {
  return new ApiError("NotFound", `no failure ${JSON.stringify(fingerprint)} is known in namespace "${namespace}"`);
}
