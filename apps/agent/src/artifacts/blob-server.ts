import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import type { Logger } from "../logger.ts";
import type { BlobFolder } from "./blob-folder.ts";
import type { PeerTokens } from "./peer-tokens.ts";

/** Before a blob's digest, in the URL by which other agents fetch it. */
export const blobPrefix = "/v1/blobs/";

/** Transfers at once; more are told to come again. */
const transfersMax = 16;

/** Hands this machine's blobs to other agents, over HTTP. */
export class BlobServer {
  readonly #blobs: BlobFolder;
  readonly #tokens: PeerTokens;
  readonly #logger: Logger;
  #transfers = 0;

  constructor(blobs: BlobFolder, tokens: PeerTokens, logger: Logger) {
    this.#blobs = blobs;
    this.#tokens = tokens;
    this.#logger = logger;
  }

  /** Answers a request whose path begins with the prefix. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sha256 = (request.url ?? "").slice(blobPrefix.length);
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (request.method !== "GET" || !/^[0-9a-f]{64}$/.test(sha256)) return refuse(response, 404);
    if (!(await this.#tokens.isTokenFor(sha256, token))) return refuse(response, 401);
    const path = await this.#blobs.pathOf(sha256);
    if (path === undefined) return refuse(response, 404);
    if (this.#transfers >= transfersMax) return refuse(response, 503);
    this.#transfers += 1;
    try {
      const { size } = await stat(path);
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": size });
      await pipeline(createReadStream(path), response);
    } catch (error) {
      this.#logger.warn({ sha256, error: String(error) }, "an artifact could not be handed to another agent");
      response.destroy();
    } finally {
      this.#transfers -= 1;
    }
  }

  /** Listens for other agents alone, where there are no Pods to listen for. Resolves with the port and what ends it. */
  async listen(port: number): Promise<{ readonly port: number; readonly stop: () => void }> {
    const server: Server = createServer((request, response) => {
      if (request.url?.startsWith(blobPrefix)) void this.answer(request, response);
      else refuse(response, 404);
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, resolve));
    const stop = (): void => {
      server.closeAllConnections();
      server.close();
    };
    return { port: (server.address() as AddressInfo).port, stop };
  }
}

function refuse(response: ServerResponse, code: number): void {
  response.writeHead(code, { connection: "close" }).end();
}
