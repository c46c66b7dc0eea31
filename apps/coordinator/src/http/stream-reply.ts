import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Clock } from "@capstan/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError, toApiError } from "./api-error.ts";
import type { HttpDependencies } from "./dependencies.ts";
import { limits } from "./limits.ts";

/** The streams of one server: each ends when its client is gone or the server closes. */
export class OpenStreams {
  readonly #controllers = new Set<AbortController>();
  #lastClosed: (() => void) | undefined;

  /** A signal that aborts when the connection ends or the server closes. */
  open(reply: FastifyReply): AbortSignal {
    const controller = new AbortController();
    this.#controllers.add(controller);
    reply.raw.once("close", () => {
      controller.abort();
      this.#controllers.delete(controller);
      if (this.#controllers.size === 0) this.#lastClosed?.();
    });
    return controller.signal;
  }

  get count(): number {
    return this.#controllers.size;
  }

  /** Ends all streams in order, so that clients see an end and no error; gives up on clients that take nothing. */
  async closeAll(withinMs: number): Promise<void> {
    if (this.#controllers.size === 0) return;
    for (const controller of this.#controllers) controller.abort();
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#lastClosed = resolve;
      timer = setTimeout(resolve, withinMs);
    });
    clearTimeout(timer);
  }
}

/** How a stream is framed when it is not as Argo Server's. */
export interface StreamFraming {
  /** Server-sent events whatever the client accepts. */
  readonly always?: "events";
  /** Items as they are, not below `result`. */
  readonly bare?: boolean;
}

/**
 * Sends items as Argo Server does: server-sent events when asked for, else one JSON document a line. The next item is
 * taken only when the client has room for it, so a slow client slows its own producer and fills no memory. A producer may be silent
 * for as long as it likes: the connection is tried meanwhile.
 */
export function sendStream(
  { dependencies }: { readonly dependencies: Pick<HttpDependencies, "clock" | "onInternalError"> },
  request: FastifyRequest,
  reply: FastifyReply,
  items: AsyncIterable<unknown>,
  framing: StreamFraming = {},
): FastifyReply {
  const onError = (error: unknown) => dependencies.onInternalError(error, request);
  const asEvents = framing.always === "events" || (request.headers.accept ?? "").includes("text/event-stream");
  reply.header("content-type", asEvents ? "text/event-stream" : "application/json");
  reply.header("cache-control", "no-cache");
  // Reverse proxies buffer answers unless told not to.
  reply.header("x-accel-buffering", "no");
  // Headers go out before the first item, so that a client sees the stream open.
  reply.raw.once("pipe", () => reply.raw.flushHeaders());
  reply.raw.setTimeout?.(limits.stalledClientMs, () => reply.raw.destroy());
  void breakSilence(reply.raw, asEvents ? ":\n\n" : "\n", dependencies.clock);
  return reply.send(
    Readable.from(encode(items, asEvents, framing.bare ?? false, onError), {
      objectMode: false,
      highWaterMark: 64 * 1024,
    }),
  );
}

/** Says something, where nothing is to be said, so that a dead connection is noticed. Whole items are sent at once, so it comes between two. */
async function breakSilence(connection: ServerResponse, comment: string, clock: Clock): Promise<void> {
  const closed = new AbortController();
  connection.once("close", () => closed.abort());
  for (let sentBefore = 0; ; ) {
    await clock.sleep(limits.keepAliveMs, closed.signal);
    if (closed.signal.aborted || connection.writableEnded) return;
    // What a client has yet to take is no silence.
    const isSilent = connection.writableLength === 0 && connection.socket?.bytesWritten === sentBefore;
    if (isSilent) connection.write(comment);
    sentBefore = connection.socket?.bytesWritten ?? 0;
  }
}

async function* encode(
  items: AsyncIterable<unknown>,
  asEvents: boolean,
  bare: boolean,
  onError: (error: unknown) => void,
): AsyncGenerator<string> {
  const frame = (value: unknown) => (asEvents ? `data: ${JSON.stringify(value)}\n\n` : `${JSON.stringify(value)}\n`);
  try {
    for await (const item of items) yield frame(bare ? item : { result: item });
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) onError(thrown);
    const error = toApiError(thrown);
    yield frame({
      error: {
        grpc_code: error.body.code,
        http_code: error.httpStatus,
        message: error.message,
        http_status: error.code,
      },
    });
  }
}
