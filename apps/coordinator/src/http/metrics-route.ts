import type { FastifyInstance } from "fastify";
import type { CoordinatorMetrics } from "../metrics/coordinator-metrics.ts";

/** `/metrics` in Prometheus' text format, and the count of what the API answers. */
export function serveMetrics(server: FastifyInstance, metrics: CoordinatorMetrics): void {
  server.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url;
    // A stream's duration is its client's patience, and an address that no route has is anybody's invention.
    const isStream = String(reply.getHeader("content-type") ?? "").includes("event-stream");
    if (route === undefined || isStream || route.startsWith("/assets")) return;
    metrics.answered(route, request.method, reply.statusCode, reply.elapsedTime / 1_000);
  });
  server.get("/metrics", { schema: { hide: true } }, async (_request, reply) => {
    reply.header("content-type", metrics.registry.contentType);
    return reply.send(await metrics.registry.metrics());
  });
}
