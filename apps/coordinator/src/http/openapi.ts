import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { checkedInput } from "./checked-input.ts";

/** Where the document and the page that shows it are served, relative to the server's root. */
export const openApiPaths = { document: "/api/v1/capstan/openapi.json", page: "/api/v1/capstan/docs" } as const;

/**
 * Makes the OpenAPI document out of the routes' schemas: call it before routes are added. Paths and queries are checked by these same
 * schemas; bodies are checked by their routes, since a manifest may come as YAML and without the field that Argo wraps it in.
 */
export async function describeApi(server: FastifyInstance, version: string): Promise<void> {
  server.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (value) => {
    if (httpPart === "body") return { value };
    try {
      return { value: checkedInput(schema, value, httpPart === "params" ? "path" : "query") };
    } catch (error) {
      return { error: error as Error };
    }
  });
  server.setSerializerCompiler(() => (value) => JSON.stringify(value));
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Capstan",
        version,
        description:
          "Argo Server's REST API for workflows and templates, and Capstan's own additions below /api/v1/capstan.",
      },
      tags: Object.entries(apiTags).map(([name, description]) => ({ name, description })),
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json["$id"] ?? `def-${index}`) },
  });
  await server.register(swaggerUi, {
    routePrefix: openApiPaths.page,
    staticCSP: false,
    uiConfig: { deepLinking: true, docExpansion: "list" },
  });
  server.get(openApiPaths.document, { schema: { hide: true } }, async () => server.swagger());
}

/** What the routes are grouped by. */
export const apiTags = {
  Workflows: "Argo's: creating, reading, listing and controlling workflows.",
  Templates: "Argo's: WorkflowTemplates and ClusterWorkflowTemplates. ConfigMaps are Capstan's.",
  Views: "What people look at: lists, graphs, timelines and nodes, each at the cost of what is shown.",
  Queues: "Pools, their waiting tasks, retries and failures.",
  Agents: "Who runs tasks.",
  Server: "The server itself.",
} as const;

export type ApiTag = keyof typeof apiTags;

/** The body of an answer that is no success. */
export const errorBody = z
  .object({
    code: z.number().int().describe("gRPC's status code"),
    error: z.string(),
    message: z.string(),
    problems: z.array(z.looseObject({})).optional().describe("what is wrong with the manifest: path, line, message"),
  })
  .meta({ id: "Error" });

/** The schema of one route: what it takes and gives, for the document and for the checks. */
export function describeRoute<
  const T extends {
    readonly tag: ApiTag;
    readonly id: string;
    readonly summary: string;
    readonly description?: string;
    readonly params?: z.ZodType;
    readonly query?: z.ZodType;
    readonly body?: z.ZodType;
    readonly response?: z.ZodType;
    /** Items of a stream of server-sent events, which the response then is. */
    readonly events?: z.ZodType;
  },
>({ tag, id, summary, description, params, query, body, response, events }: T) {
  const answer =
    events === undefined
      ? (response ?? z.looseObject({}))
      : { description: "a stream", content: { "text/event-stream": { schema: events } } };
  return {
    schema: {
      tags: [tag],
      operationId: id,
      summary,
      ...(description !== undefined && { description }),
      ...(params !== undefined && { params }),
      ...(query !== undefined && { querystring: query }),
      ...(body !== undefined && { body }),
      response: { 200: answer, default: errorBody },
    },
  };
}
