import type { FastifyInstance } from "fastify";
import { ApiError } from "../api-error.ts";
import type { HttpDependencies } from "../dependencies.ts";

/** What a client asks about the server itself. */
export function systemRoutes(server: FastifyInstance, dependencies: HttpDependencies): void {
  server.get("/healthz", async () => ({ status: "ok" }));

  server.get("/readyz", async () => {
    const reason = await dependencies.notReadyReason();
    if (reason !== undefined) throw new ApiError("Unavailable", reason);
    return { status: "ok" };
  });

  server.get("/api/v1/info", async () => ({ managedNamespace: "", links: [], columns: [], modals: {} }));

  // Without authentication everybody is the same user.
  server.get("/api/v1/userinfo", async () => ({}));

  server.get("/api/v1/version", async () => ({
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
