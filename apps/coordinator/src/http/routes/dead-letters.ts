import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { HttpContext } from "../context.ts";
import { limits } from "../limits.ts";
import { describeRoute } from "../openapi.ts";

const letter = z
  .object({
    id: z.string(),
    kind: z.enum(["event", "task"]),
    from: z.string().describe("the shard or the pool that it was in"),
    atMs: z.number(),
    why: z.string(),
    content: z.string(),
    isCut: z.boolean().describe("the text is longer than what is shown"),
  })
  .meta({ id: "DeadLetter" });

const letterParams = z.object({ id: z.string() });

interface LetterPath {
  Params: z.infer<typeof letterParams>;
}

/** What nobody could read and what the queue gave up on: people put it back or drop it. */
export function deadLetterRoutes(server: FastifyInstance, { dependencies }: HttpContext): void {
  const { deadLetters, queues, defaultPool } = dependencies;

  server.get(
    "/api/v1/capstan/dead-letters",
    describeRoute({
      ...{ tag: "Queues", id: "ListDeadLetters", summary: "Events and tasks that were put aside, the latest first" },
      response: z.object({ items: z.array(letter).readonly() }),
    }),
    async () => {
      const pools = [...new Set([defaultPool, ...(await queues.pools())])];
      return { items: await deadLetters.list(pools, limits.queuePageMax) };
    },
  );

  server.post<LetterPath>(
    "/api/v1/capstan/dead-letters/:id/requeue",
    describeRoute({
      ...{ tag: "Queues", id: "RequeueDeadLetter", summary: "Puts a dead letter back where it came from" },
      ...{ params: letterParams, response: letterParams },
    }),
    async ({ params: { id } }) => {
      if (!(await deadLetters.requeue(id))) throw gone(id);
      return { id };
    },
  );

  server.delete<LetterPath>(
    "/api/v1/capstan/dead-letters/:id",
    describeRoute({
      ...{ tag: "Queues", id: "DropDeadLetter", summary: "Forgets a dead letter" },
      ...{ params: letterParams, response: letterParams },
    }),
    async ({ params: { id } }) => {
      if (!(await deadLetters.drop(id))) throw gone(id);
      return { id };
    },
  );
}

function gone(id: string): ApiError {
  return new ApiError("NotFound", `there is no dead letter ${JSON.stringify(id)} (any more)`);
}
