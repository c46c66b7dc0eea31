import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Received {
  readonly request: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  /** The reason in the status line. */
  readonly said?: string;
  readonly body?: Buffer;
}

/** An agent's end of the transfer protocol that keeps what it got whole and answers as the test says. */
export class ReceivingAgent {
  readonly received: Received[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #server = createServer(async (request, response) => {
    const body = await whole(request);
    if (body === undefined) return;
    const received = {
      request: `${request.method} ${request.url}`,
      authorization: request.headers.authorization,
      body,
    };
    this.received.push(received);
    for (const resolve of this.#waiting.splice(0)) resolve();
    const reply = this.#answer(received);
    if (reply === "break off") return void response.destroy();
    response.writeHead(reply.status, reply.said);
    response.end(reply.body);
  });
  readonly #answer: (received: Received) => Reply | "break off";

  constructor(answer: (received: Received) => Reply | "break off" = () => ({ status: 204 })) {
    this.#answer = answer;
  }

  /** Resolves with its port. */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when one more request has come. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A request's body; undefined when it broke off. */
async function whole(request: IncomingMessage): Promise<Buffer | undefined> {
  try {
    return await buffer(request);
  } catch {
    return undefined;
  }
}
