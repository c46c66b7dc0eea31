import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands before the coordinator in the world: a proxy that serves it below a path, and takes that path away. */
export interface PrefixProxy {
  /** With the prefix, without a slash at its end. */
  readonly url: string;
  /** Requests that missed the prefix: a page that works below it makes none. */
  readonly strays: readonly string[];
  close(): Promise<void>;
}

export async function startPrefixProxy(target: string, prefix: string): Promise<PrefixProxy> {
  const strays: string[] = [];
  const server: Server = createServer((incoming, answer) => {
    const path = incoming.url ?? "/";
    if (!path.startsWith(`${prefix}/`)) {
      strays.push(path);
      answer.writeHead(404).end();
      return;
    }
    const { method, headers } = incoming;
    const outgoing = request(new URL(path.slice(prefix.length), target), { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    answer.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}${prefix}`, strays },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
