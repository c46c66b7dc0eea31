import { type NodeStatus, type PodSnapshot, templateOfNode } from "@capstan/core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { HttpContext } from "../context.ts";
import { taskOf } from "../follow-logs.ts";
import { describeRoute } from "../openapi.ts";
import { type NodePath, nodeParams } from "../route-params.ts";

const podEvent = z.object({
  type: z.string().describe("Normal or Warning"),
  reason: z.string(),
  message: z.string(),
  count: z.number(),
  firstAtMs: z.number().optional(),
  lastAtMs: z.number().optional(),
  source: z.string().optional().describe("the part of the cluster that says so"),
});

const nodePod = z
  .object({
    state: z.enum(["present", "gone", "none"]),
    message: z.string().optional().describe("why there is none"),
    pod: z.looseObject({}).optional().describe("where it is gone: as its agent saw it last"),
    seenAtMs: z.number().optional(),
    events: z.array(podEvent).describe("the latest last"),
    eventsProblem: z.string().optional().describe("why the events are not there"),
  })
  .meta({ id: "NodePod" });

/** A node's Pod, which its agent knows: the coordinator may not reach that cluster. */
export function nodePodRoutes(server: FastifyInstance, { dependencies, lookup }: HttpContext): void {
  const describing = describeRoute({
    ...{ tag: "Views", id: "GetNodePod", summary: "The Pod of one node as it is in its cluster, and its events" },
    description: "Without managedFields and the annotations that only agents read.",
    ...{ params: nodeParams, response: nodePod },
  });
  server.get<NodePath>(
    "/api/v1/capstan/workflows/:namespace/:name/nodes/:id/pod",
    describing,
    async ({ params }): Promise<z.infer<typeof nodePod>> => {
      const { head, place, node } = await lookup.findNode(params);
      if (node.type !== "Pod" || (node.attempt ?? 0) === 0) {
        throw new ApiError("NotFound", `node "${node.displayName}" is a ${node.type} and has no Pod of its own`);
      }
      const pool = node.pool ?? dependencies.defaultPool;
      const found = await dependencies.pods.requestPod({ id: taskOf(place.uid, node), pool });
      if (!found.ok) throw new ApiError("Unavailable", `${found.error}${lastPlaceOf(node)}`);
      if (found.value !== undefined) return toNodePod(found.value);
      const isData = templateOfNode(head.bundle, node)?.data !== undefined;
      return {
        state: "none",
        message: isData ? "its agent carries it out itself" : whyUnknown(node, pool),
        events: [],
      };
    },
  );
}

function toNodePod(found: PodSnapshot): z.infer<typeof nodePod> {
  if (found.kind === "no-pod") return { state: "none", message: found.reason, events: [] };
  const { kind: _, isGone, events, ...rest } = found;
  return { state: isGone ? "gone" : "present", ...rest, events: [...events] };
}

function whyUnknown(node: NodeStatus, pool: string): string {
  if (node.phase === "Pending") return "the step waits for an agent that takes it";
  return `no living agent of pool "${pool}" knows of a Pod (any more)${lastPlaceOf(node)}`;
}

function lastPlaceOf({ hostNodeName }: NodeStatus): string {
  return hostNodeName === undefined ? "" : `; it ran on node ${hostNodeName}`;
}
