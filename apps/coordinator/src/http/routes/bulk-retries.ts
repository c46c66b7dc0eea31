import {
  type BulkRetry,
  bulkRetryLimits,
  continueBulkRetry,
  haltBulkRetry,
  type RetryHow,
  type RetryTarget,
} from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { checkedInput } from "../checked-input.ts";
import type { HttpContext } from "../context.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { limits } from "../limits.ts";
import { describeRoute } from "../openapi.ts";
import { checkedAssignments } from "./controls.ts";
import { type FailurePath, failureParams, unknownFailure } from "./failures.ts";

const body = z.object({
  parameters: z.array(z.string()).optional().describe("NAME=VALUE, instead of the values that they had"),
  image: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("instead of the image that failed: the workflows run as new ones then, with a changed manifest"),
  anew: z
    .boolean()
    .optional()
    .describe("as new workflows, which take from WorkflowTemplates what these say now; always so with another image"),
  canary: z.boolean().optional().describe("the latest one first, the others only when it has succeeded"),
  names: z.array(z.string()).max(bulkRetryLimits.targetsMax).optional().describe("only these of the workflows"),
});

const states = ["waiting", "asking", "running", "succeeded", "failed", "skipped"] as const;

const bulkRetry = z
  .object({
    id: z.string(),
    createdAtMs: z.number(),
    kind: z.enum(["retry", "resubmit"]),
    parameters: z.array(z.string()).readonly(),
    image: z.object({ from: z.string(), to: z.string() }).optional(),
    phase: z.enum(["canary", "rest", "halted", "done"]),
    message: z.string().optional(),
    counts: z.partialRecord(z.enum(states), z.number().int()),
    targets: z
      .array(
        z.object({
          name: z.string(),
          again: z.string().optional().describe("the new workflow"),
          state: z.enum(states),
          message: z.string().optional(),
        }),
      )
      .describe("those that failed or were skipped, then those that run, then the others; the first of them"),
  })
  .meta({ id: "BulkRetry" });

const idParams = z.object({ id: z.string() });

/** Trying all workflows of a cause again, one first; carried out by the coordinators, whoever looks on. */
export function bulkRetryRoutes(server: FastifyInstance, { dependencies }: HttpContext): void {
  const { failures, bulkRetries, clock, ids } = dependencies;
  const path = "/api/v1/capstan/failures/:namespace/:fingerprint/retries";

  server.post<FailurePath>(
    path,
    describeRoute({
      ...{ tag: "Queues", id: "CreateBulkRetry", summary: "Tries the workflows that a failure hit again" },
      ...{ params: failureParams, body, response: bulkRetry },
    }),
    async ({ params: { namespace, fingerprint }, body: given }) => {
      const input = checkedInput(body, given ?? {}, "body");
      const failure = await failures.get(namespace, fingerprint);
      if (failure === undefined) throw unknownFailure(namespace, fingerprint);
      const how = howOf(input, failure.example.image);
      const retry: BulkRetry = {
        ...{ id: ids.uid(), namespace, fingerprint, createdAtMs: clock.nowMs(), how },
        phase: input.canary === true ? "canary" : "rest",
        targets: await targetsOf(dependencies, namespace, fingerprint, input.names, how),
      };
      await bulkRetries.create(retry);
      return toView(retry);
    },
  );

  server.get<FailurePath>(
    path,
    describeRoute({
      ...{
        tag: "Queues",
        id: "ListBulkRetries",
        summary: "How a failure's workflows were tried again, the latest first",
      },
      ...{ params: failureParams, response: z.object({ items: z.array(bulkRetry) }) },
    }),
    async ({ params: { namespace, fingerprint } }) => ({
      items: (await bulkRetries.list(namespace, fingerprint, limits.bulkRetriesShownMax)).map(toView),
    }),
  );

  const changes = {
    halt: {
      of: (retry: BulkRetry) => haltBulkRetry(retry, "stopped by hand"),
      id: "HaltBulkRetry",
      summary: "Tries no more",
    },
    continue: {
      of: continueBulkRetry,
      id: "ContinueBulkRetry",
      summary: "Tries the rest, whatever became of the first",
    },
  };
  for (const [verb, { of, id: operation, summary }] of Object.entries(changes)) {
    server.put<{ Params: z.infer<typeof idParams> }>(
      `/api/v1/capstan/bulk-retries/:id/${verb}`,
      describeRoute({ ...{ tag: "Queues", id: operation, summary }, params: idParams, response: bulkRetry }),
      ({ params: { id } }) => change(dependencies, id, of),
    );
  }
}

/** The coordinator that carries it out saves it too: whoever comes second reads it again. */
async function change({ bulkRetries }: HttpDependencies, id: string, of: (retry: BulkRetry) => BulkRetry) {
  for (let attempt = 0; attempt < limits.saveAttemptsMax; attempt++) {
    const stored = await bulkRetries.get(id);
    if (stored === undefined) throw new ApiError("NotFound", `there is no bulk retry ${JSON.stringify(id)}`);
    const changed = of(stored.retry);
    if (await bulkRetries.save(changed, stored.version)) return toView(changed);
  }
  throw new ApiError("Unavailable", "the bulk retry changes all the time: try again");
}

function howOf({ image, anew, parameters = [] }: z.infer<typeof body>, failedImage: string | undefined): RetryHow {
  const checked = checkedAssignments(parameters);
  if (image === undefined) return { kind: anew === true ? "resubmit" : "retry", parameters: checked };
  if (failedImage === undefined) throw new ApiError("InvalidArgument", "image: what failed has no image to replace");
  return { kind: "resubmit", parameters: checked, image: { from: failedImage, to: image } };
}

async function targetsOf(
  { failures, phases, ids }: HttpDependencies,
  namespace: string,
  fingerprint: string,
  names: readonly string[] | undefined,
  how: RetryHow,
): Promise<readonly RetryTarget[]> {
  const hit = await failures.workflowsOf(namespace, fingerprint, bulkRetryLimits.targetsMax);
  const now = await phases.phasesOf(hit.map(({ uid, name }) => ({ namespace, uid, name })));
  const failed = hit.filter((_, index) => now[index] === "Failed" || now[index] === "Error");
  const wanted = names === undefined ? failed : failed.filter(({ name }) => names.includes(name));
  if (wanted.length === 0)
    throw new ApiError("InvalidArgument", "none of the workflows is failed now: there is nothing to try again");
  return wanted.map(({ uid, name }) => ({
    ...{ uid, name, state: "waiting" },
    ...(how.kind === "resubmit" && { again: { uid: ids.uid(), name: nextName(name, ids.nameSuffix()) } }),
  }));
}

/** A name that another run of the workflow may have: a generated suffix gives way to the new one. */
function nextName(name: string, suffix: string): string {
  const start = name.replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}$/, "");
  return `${start.slice(0, 253 - suffix.length - 1)}-${suffix}`;
}

const shownFirst: Readonly<Record<RetryTarget["state"], number>> = {
  ...{ failed: 0, skipped: 1, running: 2, asking: 3, succeeded: 4, waiting: 5 },
};

function toView({ id, createdAtMs, how, phase, message, targets }: BulkRetry): z.infer<typeof bulkRetry> {
  const counts: z.infer<typeof bulkRetry>["counts"] = {};
  for (const { state } of targets) counts[state] = (counts[state] ?? 0) + 1;
  const first = targets.toSorted((left, right) => shownFirst[left.state] - shownFirst[right.state]);
  return {
    ...{ id, createdAtMs, kind: how.kind, parameters: how.parameters, phase, counts },
    ...(how.kind === "resubmit" && how.image !== undefined && { image: how.image }),
    ...(message !== undefined && { message }),
    targets: first.slice(0, limits.queuePageMax).map((target) => ({
      ...{ name: target.name, state: target.state },
      ...(target.again !== undefined && { again: target.again.name }),
      ...(target.message !== undefined && { message: target.message }),
    })),
  };
}
