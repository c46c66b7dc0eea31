import fastify, { type FastifyInstance } from "fastify";
import { ApiError, toApiError } from "./api-error.ts";
import { foreignPageReason } from "./browser-guard.ts";
import { mountBullBoard } from "./bull-board.ts";
import { ChangeFeed } from "./change-feed.ts";
import type { HttpDependencies } from "./dependencies.ts";
import { limits } from "./limits.ts";
import { parseBody } from "./manifest-body.ts";
import { serveMetrics } from "./metrics-route.ts";
import { describeApi } from "./openapi.ts";
import { agentRoutes } from "./routes/agents.ts";
import { artifactRoutes } from "./routes/artifacts.ts";
import { bulkRetryRoutes } from "./routes/bulk-retries.ts";
import { changeRoutes } from "./routes/changes.ts";
import { controlRoutes } from "./routes/controls.ts";
import { cronLintRoutes } from "./routes/cron-lint.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { failureRoutes } from "./routes/failures.ts";
import { graphRoutes } from "./routes/graph.ts";
import { logRoutes } from "./routes/logs.ts";
import { nodePodRoutes } from "./routes/node-pod.ts";
import { nodeRoutes } from "./routes/nodes.ts";
import { notServedRoutes } from "./routes/not-served.ts";
import { previewRoutes } from "./routes/previews.ts";
import { queueRoutes } from "./routes/queues.ts";
import { resourceRoutes } from "./routes/resources.ts";
import { systemRoutes } from "./routes/system.ts";
import { watchRoutes } from "./routes/watch.ts";
import { workflowListRoutes } from "./routes/workflow-lists.ts";
import { workflowRoutes } from "./routes/workflows.ts";
import { OpenStreams } from "./stream-reply.ts";
import { WorkflowViews } from "./views/workflow-views.ts";
import { serveWebPage } from "./web-page.ts";
import { WorkflowLookup } from "./workflow-lookup.ts";

declare module "fastify" {
  interface FastifyInstance {
    readonly openStreams: OpenStreams;
  }
}

/**
 * The HTTP API: Argo Server's REST API, and Capstan's own below /api/v1/capstan. The caller says where it listens
 * (`server.listen`); `server.close` ends the streams first.
 */
export async function createHttpServer(dependencies: HttpDependencies): Promise<FastifyInstance> {
  const server = fastify({
    bodyLimit: limits.bodyBytesMax,
    // Clients that keep connections open must not keep the server from ending.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512 },
  });
  const feed = await ChangeFeed.open(dependencies.reader);
  const streams = new OpenStreams();
  const context = {
    dependencies,
    feed,
    streams,
    lookup: new WorkflowLookup(dependencies, feed),
    views: new WorkflowViews(dependencies),
  };

  // Argo's own clients send JSON without saying so.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (request, bytes, done) => {
    try {
      done(null, parseBody(Buffer.from(bytes), request.headers["content-type"] ?? ""));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
  server.addHook("onRequest", async (request) => {
    const reason = foreignPageReason(request.method, request.headers, request.socket.localAddress);
    if (reason !== undefined) throw new ApiError("PermissionDenied", reason);
  });
  server.setErrorHandler((thrown, request, reply) => {
    const error = toApiError(thrown);
    if (error.code === "Internal") dependencies.onInternalError(thrown, request);
    void reply.status(error.httpStatus).send(error.body);
  });
  await serveWebPage(server, dependencies.pageFolder);
  server.decorate("openStreams", streams);
  server.addHook("preClose", () => streams.closeAll(limits.streamCloseMs));
  server.addHook("onClose", () => feed.close());

  if (dependencies.metrics !== undefined) serveMetrics(server, dependencies.metrics);
  await describeApi(server, dependencies.version);
  systemRoutes(server, dependencies);
  workflowRoutes(server, context);
  controlRoutes(server, context);
  artifactRoutes(server, context);
  watchRoutes(server, context);
  logRoutes(server, context);
  changeRoutes(server, context);
  graphRoutes(server, context);
  nodeRoutes(server, context);
  nodePodRoutes(server, context);
  workflowListRoutes(server, context);
  agentRoutes(server, context);
  queueRoutes(server, context);
  failureRoutes(server, context);
  bulkRetryRoutes(server, context);
  deadLetterRoutes(server, context);
  if (dependencies.rawQueues !== undefined)
    await mountBullBoard(server, dependencies.rawQueues, dependencies.onInternalError);
  resourceRoutes(server, dependencies);
  previewRoutes(server, dependencies);
  cronLintRoutes(server, dependencies);
  notServedRoutes(server);
  return server;
}
