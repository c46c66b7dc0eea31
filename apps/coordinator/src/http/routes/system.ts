import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { describeRoute } from "../openapi.ts";

function described(id: string, summary: string) {
  return describeRoute({ tag: "Server", id, summary });
}

const version = describeRoute({
  tag: "Server",
  id: "InfoService_GetVersion",
  summary: "The server's version",
  response: z.object({
    version: z.string(),
    buildDate: z.string(),
    gitCommit: z.string(),
    gitTag: z.string(),
    gitTreeState: z.string(),
    goVersion: z.string(),
    compiler: z.string(),
    platform: z.string(),
  }),
});

/** What a client asks about the server itself. */
export function systemRoutes(server: FastifyInstance, dependencies: HttpDependencies): void {
  server.get("/healthz", described("healthz", "Lives"), async () => ({ status: "ok" }));

  server.get("/readyz", described("readyz", "Can serve; 503 with the reason when not"), async () => {
    const reason = await dependencies.notReadyReason();
    if (reason !== undefined) throw new ApiError("Unavailable", reason);
    return { status: "ok" };
  });

  server.get("/api/v1/info", described("InfoService_GetInfo", "What Argo's page asks for"), async () => ({
    managedNamespace: "",
    links: [],
    columns: [],
    modals: {},
  }));

  // Without authentication everybody is the same user.
  server.get("/api/v1/userinfo", described("InfoService_GetUserInfo", "Who is asking"), async () => ({}));

  server.get("/api/v1/version", version, async () => ({
    version: `capstan-v${dependencies.version}`,
    buildDate: "",
    gitCommit: "",
    gitTag: `v${dependencies.version}`,
    gitTreeState: "",
    goVersion: "",
    compiler: `node ${process.version}`,
    platform: `${process.platform}/${process.arch}`,
  }));
}
