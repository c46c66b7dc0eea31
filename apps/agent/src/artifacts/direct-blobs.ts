import { type ClientRequest, get, type IncomingMessage } from "node:http";
import { fail, ok, type Result } from "@capstan/core";
import { blobPrefix } from "./blob-server.ts";

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** An agent that can be reached answers long before this. */
const answerWithinMs = 3_000;
/** Nothing came for so long: the line is dead. */
const silenceMaxMs = 30_000;

/** Why a blob cannot be had from an address: nobody answered in time, the agent has no room now, or what else was said. */
export interface NoBlob {
  readonly kind: "silent" | "busy" | "refused";
  readonly why: string;
}

/** Asks an agent for a blob; its bytes, or why they cannot be had from that address. */
export function openBlob(
  address: PeerAddress,
  sha256: string,
  token: string,
): Promise<Result<IncomingMessage, NoBlob>> {
  return new Promise((resolve) => {
    const request: ClientRequest = get({
      ...{ host: address.host, port: address.port, path: `${blobPrefix}${sha256}`, agent: false },
      headers: { authorization: `Bearer ${token}` },
    });
    const tooLate = setTimeout(() => {
      resolve(fail({ kind: "silent", why: `no answer within ${answerWithinMs} ms` }));
      request.destroy();
    }, answerWithinMs);
    request.on("error", (error) => {
      clearTimeout(tooLate);
      resolve(fail({ kind: "refused", why: error.message }));
    });
    request.once("response", (response) => {
      clearTimeout(tooLate);
      response.setTimeout(silenceMaxMs, () => response.destroy(new Error(`nothing came for ${silenceMaxMs} ms`)));
      if (response.statusCode === 200) return resolve(ok(response));
      response.destroy();
      resolve(fail({ kind: response.statusCode === 503 ? "busy" : "refused", why: `answer ${response.statusCode}` }));
    });
  });
}
