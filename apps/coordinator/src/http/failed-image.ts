import { type ImageOrigin, imageOrigin, type NodeStatus, shardOf, type TaskFacts } from "@capstan/core";
import type { z } from "zod";
import type { HttpDependencies } from "./dependencies.ts";
import type { failedImage } from "./views/failure-schemas.ts";

/** Calls that are nested more deeply are not looked through. */
const depthMax = 100;

/** Where a failed task's image is said. */
export async function originOfImage(
  { reader, shardCount }: HttpDependencies,
  { namespace, workflowName, workflowUid, nodeId, image }: TaskFacts,
): Promise<z.infer<typeof failedImage>> {
  const shard = shardOf(namespace, workflowName, shardCount);
  const head = await reader.getHead(shard, workflowUid);
  const path: NodeStatus[] = [];
  for (let id: string | undefined = nodeId; head !== undefined && id !== undefined && path.length < depthMax; ) {
    const [node]: readonly NodeStatus[] = await reader.getNodes(shard, workflowUid, [id]);
    if (node !== undefined) path.push(node);
    id = node?.links?.owner;
  }
  const origin = head && imageOrigin(head.bundle, path);
  return { workflowName, ...(image !== undefined && { image }), ...toView(origin) };
}

function toView(origin: ImageOrigin | undefined): Omit<z.infer<typeof failedImage>, "workflowName" | "image"> {
  if (origin === undefined) return { origin: "unknown" };
  if (origin.kind !== "template") {
    const { kind, ...rest } = origin;
    return { origin: kind, ...rest };
  }
  const { kind, written, name, clusterScope } = origin;
  const template = { kind: clusterScope ? "ClusterWorkflowTemplate" : "WorkflowTemplate", name } as const;
  return { origin: kind, written, template };
}
