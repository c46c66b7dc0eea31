import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "./api-error.ts";

const contentPolicy = (nonce: string) =>
  [
    ...["default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "img-src 'self' data:"],
    ...["font-src 'self'", "connect-src 'self'", "worker-src 'self'", "base-uri 'self'", "form-action 'none'"],
    "frame-ancestors 'self'",
  ].join("; ");

/** The page that shows the API's document brings styles of its own, and no script but its files. */
const documentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'self'";

/**
 * Serves the web page from the folder that it was built into. Whatever path of the page a browser asks for, it gets the page itself, which knows
 * from its `base` how far below the root it is: so it works below any prefix that a proxy puts before it.
 */
export async function serveWebPage(server: FastifyInstance, folder: string | undefined): Promise<void> {
  server.addHook("onSend", async (request, reply) => {
    reply.header("x-content-type-options", "nosniff");
    reply.header("referrer-policy", "same-origin");
    const isDocument = request.url.startsWith("/api/v1/capstan/docs");
    if (isDocument) reply.header("content-security-policy", documentPolicy);
  });
  if (folder !== undefined) {
    await server.register(fastifyStatic, {
      ...{ root: join(folder, "assets"), prefix: "/assets/", decorateReply: false, preCompressed: true },
      ...{ immutable: true, maxAge: "1y", wildcard: true },
    });
  }
  server.setNotFoundHandler((request, reply) => {
    if (!asksForPage(request))
      throw new ApiError("NotFound", `Not Found: ${request.method} ${pathOf(request.url)} is no path of this API`);
    return sendPage(request, reply, folder);
  });
}

/** The root is the page for everybody: load balancers that ask whether it is there accept anything. */
function asksForPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  if (/^\/(\?|$)/.test(url)) return true;
  return !/^\/(api|assets|metrics)(\/|$)/.test(url) && (headers.accept ?? "").includes("text/html");
}

async function sendPage(request: FastifyRequest, reply: FastifyReply, folder: string | undefined): Promise<string> {
  const nonce = randomBytes(16).toString("base64");
  const html =
    folder === undefined ? notBuilt : await readFile(join(folder, "index.html"), "utf8").catch(() => notBuilt);
  reply.header("content-type", "text/html; charset=utf-8");
  reply.header("content-security-policy", contentPolicy(nonce));
  reply.header("cache-control", "no-store");
  const own = `<base href="${baseOf(request.url)}"><meta name="csp-nonce" content="${nonce}">`;
  return html.replace("<head>", `<head>${own}`);
}

/** The way from a path back to the root: "../" for every folder of it. */
export function baseOf(url: string): string {
  const path = pathOf(url);
  const depth = path.split("/").length - 2;
  return depth <= 0 ? "./" : "../".repeat(depth);
}

function pathOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? "/";
}

const notBuilt = `<!doctype html><html lang="en"><head><title>Capstan</title></head><body>
<p>The page is not built: run <code>npm run setup</code> in the repository. The API works: see <a href="api/v1/capstan/docs/">its document</a>.</p>
</body></html>`;
