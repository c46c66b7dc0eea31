import { basename } from "node:path";
import { Readable } from "node:stream";
import { type Artifact, keyOf, type NodeStatus } from "@capstan/core";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { HttpContext } from "../context.ts";
import { describeRoute } from "../openapi.ts";

const artifactParams = z.object({
  namespace: z.string(),
  name: z.string(),
  nodeId: z.string(),
  artifactName: z.string(),
});
const fileParams = artifactParams.extend({
  kind: z.enum(["workflows", "workflow"]),
  direction: z.enum(["inputs", "outputs"]),
});

type Direction = z.infer<typeof fileParams>["direction"];
type ArtifactPath = z.infer<typeof artifactParams>;

/** Artifacts of a workflow's nodes, whole and as they are stored, below the paths where Argo Server has them. */
export function artifactRoutes(server: FastifyInstance, context: HttpContext): void {
  const described = { tag: "Workflows", params: artifactParams } as const;
  server.get<{ Params: ArtifactPath }>(
    "/artifacts/:namespace/:name/:nodeId/:artifactName",
    describeRoute({ ...described, id: "ArtifactService_GetOutputArtifact", summary: "Downloads an output artifact" }),
    ({ params }, reply) => sendArtifact(context, reply, params, "outputs"),
  );
  server.get<{ Params: ArtifactPath }>(
    "/input-artifacts/:namespace/:name/:nodeId/:artifactName",
    describeRoute({ ...described, id: "ArtifactService_GetInputArtifact", summary: "Downloads an input artifact" }),
    ({ params }, reply) => sendArtifact(context, reply, params, "inputs"),
  );

  // Argo Server reads "workflows", and its own OpenAPI document lets generated clients send nothing but "workflow".
  const filePath = "/artifact-files/:namespace/:kind/:name/:nodeId/:direction/:artifactName";
  server.get<{ Params: z.infer<typeof fileParams> }>(
    filePath,
    describeRoute({
      ...described,
      params: fileParams,
      id: "ArtifactService_GetArtifactFile",
      summary: "Downloads an artifact",
    }),
    ({ params }, reply) => sendArtifact(context, reply, params, params.direction),
  );
  server.get(`${filePath}/*`, { schema: { hide: true } }, () => {
    throw new ApiError(
      "Unimplemented",
      "a file inside of an artifact cannot be downloaded alone yet: leave its path out, which gives the whole artifact",
    );
  });
}

async function sendArtifact(
  { lookup, dependencies }: HttpContext,
  reply: FastifyReply,
  { namespace, name, nodeId, artifactName }: ArtifactPath,
  direction: Direction,
): Promise<FastifyReply> {
  const { node } = await lookup.findNode({ namespace, name, id: nodeId });
  const artifact = artifactOf(node, direction, artifactName);
  if (artifact.raw !== undefined) {
    return asDownload(reply, artifactName).send(Buffer.from(String(artifact.raw.data ?? "")));
  }
  const key = keyOf(artifact);
  const opened = key === "" ? undefined : await dependencies.artifacts.open(namespace, key);
  if (opened?.ok === false) {
    throw new ApiError("Unavailable", `artifact "${artifactName}" of node ${nodeId} cannot be had: ${opened.error}`);
  }
  if (opened?.value === undefined) {
    throw new ApiError("NotFound", `artifact "${artifactName}" of node ${nodeId} is not kept here (key "${key}")`);
  }
  const { kind, bytes, content } = opened.value;
  const fileName = kind === "folder" ? `${basename(key)}.tar` : basename(key);
  return asDownload(reply, fileName)
    .header("content-length", bytes)
    .send(Readable.from(content, { objectMode: false }));
}

function artifactOf(node: NodeStatus, direction: Direction, name: string): Artifact {
  const artifact = node[direction]?.artifacts?.find((candidate) => candidate.name === name);
  if (artifact !== undefined) return artifact;
  const what = direction === "inputs" ? "input" : "output";
  throw new ApiError("NotFound", `node ${node.id} has no ${what} artifact "${name}"`);
}

/** What a step wrote is never shown as a page of this server: its scripts would act as the user. */
function asDownload(reply: FastifyReply, fileName: string): FastifyReply {
  const plain = fileName.replace(/[^\w.-]/g, "_");
  return reply
    .header("content-type", "application/octet-stream")
    .header("content-security-policy", "sandbox; default-src 'none'")
    .header("content-disposition", `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName)}`);
}
