import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { ClusterAccess } from "./cluster-access.ts";
import { KubeError } from "./kube-error.ts";

export type Query = { readonly [name: string]: string | number | boolean | undefined };

export interface RequestOptions {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Of the body; a patch says by it which kind of patch it is. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

export interface KubeClientOptions {
  readonly userAgent: string;
  /** Connections at most; requests beyond wait for one. Streams (watches, followed logs) have connections of their own. */
  readonly connectionsMax?: number;
  /** Without an answer for so long, a request fails. */
  readonly timeoutMs?: number;
  /** Told of every request, for metrics. */
  readonly onAnswer?: (request: AnsweredRequest) => void;
}

/** A request, and how long its answer took to begin. */
export interface AnsweredRequest {
  readonly method: string;
  readonly path: string;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly durationMs: number;
}

interface Connections {
  readonly requests: HttpAgent | HttpsAgent;
  readonly streams: HttpAgent | HttpsAgent;
}

const connectionsMaxDefault = 16;
const timeoutMsDefault = 30_000;
const errorBodyBytesMax = 64 * 1024;
const keepAliveMs = 15_000;

/**
 * Requests to one API server, as JSON. Throws KubeError for every answer that is not 2xx. Thin on purpose: the generated clients load
 * models of every kind (some 90 MB of memory), and an agent has few megabytes to spend (docs/decisions).
 */
export class KubeClient {
  readonly access: ClusterAccess;
  readonly #options: KubeClientOptions;
  readonly #connections: Connections;
  readonly #user: string | undefined;

  constructor(
    access: ClusterAccess,
    options: KubeClientOptions,
    actingAs?: { readonly user: string; readonly over: KubeClient },
  ) {
    this.access = access;
    this.#options = options;
    this.#connections = actingAs === undefined ? connect(access, options) : actingAs.over.#connections;
    this.#user = actingAs?.user;
  }

  /** A client that acts as another user, over this one's connections: it may what that user may, if this one may act as that user. */
  actingAs(user: string): KubeClient {
    return new KubeClient(this.access, this.#options, { user, over: this });
  }

  async get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return (await this.request("GET", path, { ...(query && { query }), ...(signal && { signal }) })) as T;
  }

  async create<T>(path: string, body: unknown, query?: Query): Promise<T> {
    return (await this.request("POST", path, { body, ...(query && { query }) })) as T;
  }

  async replace<T>(path: string, body: unknown, query?: Query): Promise<T> {
    return (await this.request("PUT", path, { body, ...(query && { query }) })) as T;
  }

  /** A JSON merge patch unless another kind of patch is named. */
  async patch<T>(path: string, body: unknown, kind: PatchKind = "merge", query?: Query): Promise<T> {
    return (await this.request("PATCH", path, { body, contentType: patchTypes[kind], ...(query && { query }) })) as T;
  }

  async remove<T>(path: string, options: unknown = undefined, query?: Query): Promise<T> {
    const body = options === undefined ? {} : { body: options };
    return (await this.request("DELETE", path, { ...body, ...(query && { query }) })) as T;
  }

  /** Any request whose whole answer is JSON (or, for a few sub-resources, a text). */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<unknown> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? timeoutMsDefault);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
    const response = await this.#send(method, path, { ...options, signal }, this.#connections.requests);
    const text = await bodyOf(response);
    const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
    return isJson ? (JSON.parse(text) as unknown) : text;
  }

  /** A request whose answer is read as it comes: a watch, a log. The caller ends it by the signal or by destroying the stream. */
  stream(path: string, query: Query, signal: AbortSignal): Promise<IncomingMessage> {
    return this.#send("GET", path, { query, signal }, this.#connections.streams);
  }

  /** Closes idle connections; running requests end on their own. */
  close(): void {
    this.#connections.requests.destroy();
    this.#connections.streams.destroy();
  }

  async #send(
    method: string,
    path: string,
    options: RequestOptions & { readonly signal: AbortSignal },
    agent: HttpAgent,
  ): Promise<IncomingMessage> {
    const beganAtMs = performance.now();
    const answered = (status: number): void =>
      this.#options.onAnswer?.({ method, path, status, durationMs: performance.now() - beganAtMs });
    const { server } = this.access;
    const url = new URL(`${server.pathname.replace(/\/$/, "")}${path}`, server);
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const token = await this.access.token();
    const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body));
    const headers = {
      accept: "application/json",
      "user-agent": this.#options.userAgent,
      ...(this.#user === undefined ? {} : { "impersonate-user": this.#user }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined
        ? {}
        : { "content-type": options.contentType ?? "application/json", "content-length": body.length }),
    };
    const send = url.protocol === "http:" ? httpRequest : httpsRequest;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = send(url, { method, headers, agent, signal: options.signal }, resolve);
      request.on("socket", (socket) => socket.setKeepAlive(true, keepAliveMs));
      request.on("error", (error) => {
        answered(0);
        reject(unanswered(server, options.signal.reason ?? error));
      });
      request.end(body);
    });
    const status = response.statusCode ?? 0;
    answered(status);
    if (status >= 200 && status < 300) return response;
    throw KubeError.fromBody(status, await bodyOf(response, errorBodyBytesMax));
  }
}

function connect(access: ClusterAccess, options: KubeClientOptions): Connections {
  const tls = {
    ...(access.ca === undefined ? {} : { ca: access.ca }),
    ...(access.certificate === undefined ? {} : { cert: access.certificate }),
    ...(access.key === undefined ? {} : { key: access.key }),
    ...(access.tlsServerName === undefined ? {} : { servername: access.tlsServerName }),
    rejectUnauthorized: !access.insecureSkipTlsVerify,
  };
  const Agent = access.server.protocol === "http:" ? HttpAgent : HttpsAgent;
  const maxSockets = options.connectionsMax ?? connectionsMaxDefault;
  return {
    requests: new Agent({ ...tls, keepAlive: true, maxSockets, scheduling: "lifo" }),
    streams: new Agent({ ...tls, keepAlive: true }),
  };
}

export type PatchKind = "merge" | "strategic" | "json" | "apply";

const patchTypes: { readonly [K in PatchKind]: string } = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
};

async function bodyOf(response: IncomingMessage, bytesMax = Number.POSITIVE_INFINITY): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= bytesMax) break;
    }
  } catch (error) {
    throw new KubeError(0, "Unreachable", `the API server's answer broke off: ${String(error)}`);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function unanswered(server: URL, cause: unknown): KubeError {
  const detail = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new KubeError(0, "Unreachable", `no answer from the API server at ${server.host}: ${detail}`);
}
