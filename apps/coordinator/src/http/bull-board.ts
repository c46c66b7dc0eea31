import { fileURLToPath } from "node:url";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { FastifyAdapter } from "@bull-board/fastify";
import type { FastifyInstance } from "fastify";
import { ApiError, toApiError } from "./api-error.ts";
import type { HttpDependencies } from "./dependencies.ts";
import { baseOf } from "./web-page.ts";

export const bullBoardPath = "/api/v1/capstan/bull";

type RawQueue = ConstructorParameters<typeof BullMQAdapter>[0];

/** The queues as BullMQ has them, by pool. */
export interface BoardQueues {
  list(): Promise<ReadonlyMap<string, RawQueue>>;
}

/** Pools come and go; the board is told this often while somebody looks. */
const refreshMs = 3_000;

/**
 * What the board may change. All else would take tasks away, or change them, behind the engine's back: their workflows would wait for ever. Dead
 * letters may go, and those who want a task gone stop its workflow.
 */
const harmlessChanges =
  /^PUT \/api\/queues\/(pause|resume|[^/]+\/(pause|resume|promote|retry\/failed|clean\/failed)|[^/]+\/[^/]+\/(retry|promote))$/;

/** Why a request to the board is refused; undefined when it is not. `path` is below the board. */
export function boardRefusal(method: string, path: string): string | undefined {
  if (method === "GET" || method === "HEAD" || harmlessChanges.test(`${method} ${path}`)) return undefined;
  return "this would lose or change tasks behind their workflows' backs: stop the workflow instead, or drop a dead letter";
}

const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'self'";

/** The board reads its own address from its base as text, so that must be a whole path: only the browser knows what a proxy put before it. */
const baseScript = `const base = document.querySelector("base"); base.setAttribute("href", new URL(base.href).pathname);\n`;

/** Mounts Bull Board for the raw queues; works below any prefix, and asks nobody else for anything. */
export async function mountBullBoard(
  server: FastifyInstance,
  queues: BoardQueues,
  onInternalError: HttpDependencies["onInternalError"],
): Promise<void> {
  const adapter = new FastifyAdapter();
  const board = createBullBoard({
    queues: [],
    serverAdapter: adapter,
    options: {
      uiBasePath: fileURLToPath(new URL(".", import.meta.resolve("@bull-board/ui/package.json"))),
      uiConfig: { boardTitle: "Capstan's queues" },
    },
  });
  adapter.setErrorHandler((thrown) => {
    const error = toApiError(thrown);
    if (error.code === "Internal") onInternalError(thrown, { method: "", url: bullBoardPath });
    return { status: error.httpStatus as 500, body: error.body };
  });
  const refresh = refresherOf(board, queues);
  await server.register(
    (scope, _options, done) => {
      scope.addHook("onRequest", async (request, reply) => {
        const path = pathOnBoard(request.url);
        const refusal = boardRefusal(request.method, path);
        if (refusal !== undefined) throw new ApiError("PermissionDenied", refusal);
        reply.header("content-security-policy", contentPolicy);
        if (path.startsWith("/api/")) await refresh();
      });
      scope.addHook("onSend", async (request, reply, payload) => {
        const isPage = String(reply.getHeader("content-type") ?? "").startsWith("text/html");
        return isPage && typeof payload === "string" ? asOwnPage(payload, request.url) : payload;
      });
      scope.get("/base.js", { schema: { hide: true } }, async (_request, reply) =>
        reply.type("text/javascript").send(baseScript),
      );
      scope.register(adapter.registerPlugin() as Parameters<FastifyInstance["register"]>[0]);
      done();
    },
    { prefix: bullBoardPath },
  );
}

/** Tells the board of the pools that are in use, but not for each of its many requests. */
function refresherOf(board: ReturnType<typeof createBullBoard>, queues: BoardQueues): () => Promise<void> {
  const adapters = new Map<string, { readonly queue: RawQueue; readonly adapter: BullMQAdapter }>();
  let refreshedAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - refreshedAtMs < refreshMs) return;
    refreshedAtMs = performance.now();
    const now = await queues.list();
    for (const pool of adapters.keys()) if (!now.has(pool)) adapters.delete(pool);
    for (const [pool, queue] of now)
      if (adapters.get(pool)?.queue !== queue) adapters.set(pool, { queue, adapter: adapterOf(pool, queue) });
    board.replaceQueues(Array.from(adapters.values(), (one) => one.adapter));
  };
}

function adapterOf(pool: string, queue: RawQueue): BullMQAdapter {
  return new BullMQAdapter(queue, { displayName: pool, prefix: `${pool} ` });
}

function pathOnBoard(url: string): string {
  return (url.split(/[?#]/, 1)[0] ?? "").slice(bullBoardPath.length);
}

/** The page with a base that is relative to where it was asked for, and without fonts from elsewhere. */
function asOwnPage(html: string, url: string): string {
  const path = pathOnBoard(url);
  const base = path === "" ? "./bull/" : baseOf(path);
  return html
    .replace(/<base [^>]*>/, `<base href="${base}"><script src="base.js"></script>`)
    .replace(/<link [^>]*fonts\.googleapis\.com[^>]*>/g, "");
}
