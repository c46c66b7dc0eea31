import type { FastifyInstance } from "fastify";
import { ApiError } from "../api-error.ts";

const submitInstead = "submit with POST /api/v1/workflows/{namespace}, or /submit for a stored template";
const noArchive =
  "there is no archive of workflows: they stay in the list until they are deleted, or for as long as ttlStrategy says";
const noArgoEvents = "EventSources and Sensors are Argo Events': ask the cluster's API server for them";

/** Services of Argo Server that are not here, and what their clients are told. */
const notServed: readonly { readonly paths: readonly string[]; readonly message: string }[] = [
  {
    paths: ["/api/v1/cron-workflows", "/api/v1/cron-workflows/*"],
    message: `CronWorkflows are not carried out yet: let a scheduler of yours ${submitInstead}`,
  },
  {
    paths: ["/api/v1/events/*", "/api/v1/workflow-event-bindings/*"],
    message: `WorkflowEventBindings are not acted on yet: ${submitInstead}`,
  },
  {
    paths: [
      "/api/v1/archived-workflows/*",
      "/artifacts-by-uid/*",
      "/input-artifacts-by-uid/*",
      "/artifact-files/:namespace/archived-workflows/*",
    ],
    message: noArchive,
  },
  {
    paths: [
      "/api/v1/event-sources/*",
      "/api/v1/sensors/*",
      "/api/v1/stream/event-sources/*",
      "/api/v1/stream/sensors/*",
    ],
    message: noArgoEvents,
  },
  {
    paths: ["/api/v1/stream/events/*"],
    message: "Kubernetes' events are not served: follow the workflows with GET /api/v1/workflow-events/{namespace}",
  },
  { paths: ["/api/v1/sync/*"], message: "synchronization is not acted on yet, so there are no limits to be kept" },
];

/** Answers for what is not here: without an archive Argo Server too gives empty lists of it, and refuses the rest. */
export function notServedRoutes(server: FastifyInstance): void {
  const hidden = { schema: { hide: true } } as const;
  for (const { paths, message } of notServed) {
    for (const path of paths) {
      server.all(path, hidden, () => {
        throw new ApiError("Unimplemented", message);
      });
    }
  }
  server.get("/api/v1/archived-workflows", hidden, async () => ({ metadata: {}, items: [] }));
  server.get("/api/v1/archived-workflows-label-keys", hidden, async () => ({ items: [] }));
  server.get("/api/v1/archived-workflows-label-values", hidden, async () => ({ items: [] }));
  // Argo's page tells its server what people click on; nobody here wants to know.
  server.post("/api/v1/tracking/event", hidden, async () => ({}));
}
