import { waitsFor } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { queryCount } from "../checked-input.ts";
import type { HttpContext } from "../context.ts";
import { taskOf } from "../follow-logs.ts";
import { limits } from "../limits.ts";
import { describeRoute } from "../openapi.ts";
import { type NodePath, nodeParams } from "../route-params.ts";
import { poolView, queuedTaskView, retryView, taskBidView } from "../views/queue-schemas.ts";
import { toPoolView, toQueuedTaskView, toRetryView } from "../views/queue-views.ts";

const poolParams = z.object({ pool: z.string() });
const pageQuery = z.object({ limit: queryCount.describe(`at most ${limits.queuePageMax}`) });

interface PoolPath {
  Params: z.infer<typeof poolParams>;
  Querystring: z.infer<typeof pageQuery>;
}

/** The pools' queues: what they hold, what runs next and why, and what waits between two attempts. */
export function queueRoutes(server: FastifyInstance, { dependencies, lookup }: HttpContext): void {
  const { queues, agents, reader, clock, defaultPool, shardCount } = dependencies;

  const listing = describeRoute({
    ...{ tag: "Queues", id: "ListQueues", summary: "The pools, how full their queues are and who serves them" },
    response: z.object({ items: z.array(poolView), atMs: z.number() }),
  });
  server.get("/api/v1/capstan/queues", listing, async () => {
    const [known, living] = await Promise.all([queues.pools(), agents.list()]);
    const pools = [...new Set([defaultPool, ...living.map(({ pool }) => pool), ...known])].sort();
    const readings = await queues.read(pools);
    return { items: readings.map((reading) => toPoolView(reading, living)), atMs: clock.nowMs() };
  });

  const tasks = z.object({ items: z.array(queuedTaskView) });
  server.get<PoolPath>(
    "/api/v1/capstan/queues/:pool/next",
    describeRoute({
      ...{ tag: "Queues", id: "ListNextTasks", summary: "The tasks of a pool that run next, and why they do" },
      ...{ params: poolParams, query: pageQuery, response: tasks },
    }),
    async ({ params, query }) => {
      const next = await queues.next(params.pool, pageSize(query));
      return { items: next.map((task) => toQueuedTaskView(task, clock.nowMs())) };
    },
  );

  server.get<PoolPath>(
    "/api/v1/capstan/queues/:pool/away",
    describeRoute({
      ...{ tag: "Queues", id: "ListTasksAway", summary: "Tasks that agents refused, and when they are offered again" },
      ...{ params: poolParams, query: pageQuery, response: tasks },
    }),
    async ({ params, query }) => {
      const away = await queues.away(params.pool, pageSize(query));
      return { items: away.map((task) => toQueuedTaskView(task, clock.nowMs())) };
    },
  );

  server.get<Pick<PoolPath, "Querystring">>(
    "/api/v1/capstan/retries",
    describeRoute({
      ...{ tag: "Queues", id: "ListRetries", summary: "Steps between two attempts, the next first" },
      ...{ query: pageQuery, response: z.object({ items: z.array(retryView) }) },
    }),
    async ({ query }) => {
      const waits = await queues.retryWaits(shardCount, pageSize(query));
      const views = await Promise.all(waits.map((wait) => toRetryView(wait, reader)));
      return { items: views.filter((view) => view !== undefined) };
    },
  );

  server.get<NodePath>(
    "/api/v1/capstan/workflows/:namespace/:name/nodes/:id/bid",
    describeRoute({
      ...{ tag: "Queues", id: "GetTaskBid", summary: "A node's bid, its rank in its pool, and what it waits for" },
      ...{ params: nodeParams, response: taskBidView },
    }),
    async ({ params }) => {
      const { place, node } = await lookup.findNode(params);
      const pool = node.pool ?? defaultPool;
      const [queued, living] = await Promise.all([queues.find(pool, taskOf(place.uid, node)), agents.list()]);
      if (queued === undefined)
        throw new ApiError(
          "NotFound",
          `the queue of pool "${pool}" does not know node "${node.displayName}" (any more)`,
        );
      return { ...toQueuedTaskView(queued, clock.nowMs()), ...waitsFor(queued, living) };
    },
  );

  server.get<NodePath>(
    "/api/v1/capstan/workflows/:namespace/:name/nodes/:id/task",
    describeRoute({
      ...{
        tag: "Queues",
        id: "GetTask",
        summary: "What a node's agent was given: the resolved template and what shapes its Pod",
      },
      ...{ params: nodeParams, response: z.object({ task: z.looseObject({ id: z.string() }) }) },
    }),
    async ({ params }) => {
      const { place, node } = await lookup.findNode(params);
      const pool = node.pool ?? defaultPool;
      const task = (await queues.find(pool, taskOf(place.uid, node)))?.task;
      if (task === undefined) {
        throw new ApiError("NotFound", "its queue has forgotten the task: that is kept for an hour after its end");
      }
      return { task };
    },
  );
}

function pageSize({ limit }: PoolPath["Querystring"]): number {
  return Math.min(Math.max(limit ?? limits.queuePageMax, 1), limits.queuePageMax);
}
