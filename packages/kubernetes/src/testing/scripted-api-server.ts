import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ClusterAccess } from "../client/cluster-access.ts";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server whose answers a test gives one after another; a request without an answer waits for one. */
export class ScriptedApiServer {
  /** Method and path with query, in order of arrival. */
  readonly requests: string[] = [];
  readonly #answers: Answer[] = [];
  readonly #waiting: [IncomingMessage, ServerResponse][] = [];
  readonly #server = createServer((request, response) => {
    this.requests.push(`${request.method} ${request.url}`);
    const answer = this.#answers.shift();
    if (answer === undefined) this.#waiting.push([request, response]);
    else answer(request, response);
  });

  async listen(): Promise<ClusterAccess> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const server = new URL(`http://127.0.0.1:${port}`);
    return { server, insecureSkipTlsVerify: false, namespace: "default", token: async () => "secret" };
  }

  answer(answer: Answer): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#answers.push(answer);
    else answer(...waiting);
  }

  json(status: number, body: unknown): void {
    this.answer((_, response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  }

  /** A stream that is written by the test and ended by it; resolves when the request is there. */
  watch(): Promise<{ event(type: string, object: unknown): void; end(): void; breakOff(): void }> {
    return new Promise((resolve) => {
      this.answer((_, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.flushHeaders();
        resolve({
          event: (type, object) => response.write(`${JSON.stringify({ type, object })}\n`),
          end: () => response.end(),
          breakOff: () => response.destroy(),
        });
      });
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
