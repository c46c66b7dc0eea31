import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "@capstan/core";
import type { ClusterAccess, KubeObject } from "@capstan/kubernetes";
import { jsonPatched } from "./json-patch.ts";

export interface ApiObject extends KubeObject {
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
  readonly data?: JsonObject;
}

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete";

/** A request as the API's access rules name it. */
export interface ApiRequest {
  readonly verb: Verb;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly query: URLSearchParams;
}

/** An HTTP status, with the server's words where they matter. */
type Refusal = number | { readonly status: number; readonly message: string };

interface HistoryEntry {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly plural: string;
  readonly object: ApiObject;
}

/**
 * Objects of any kind behind as much of the Kubernetes API as a coordinator uses: versions and conflicts, uids, pages, watches from a
 * version, JSON patches that change nothing. Its state outlives the coordinators of a test.
 */
export class ObjectApiServer {
  /** In order of arrival, as `verb plural/name`. */
  readonly requests: string[] = [];
  /** Asked before a request is carried out; a refusal is the answer then, a promise holds it up. */
  intercept: (request: ApiRequest) => Refusal | undefined | Promise<Refusal | undefined> = () => undefined;
  readonly #objects = new Map<string, ApiObject>();
  readonly #history: HistoryEntry[] = [];
  readonly #watchers = new Map<ServerResponse, ApiRequest>();
  readonly #waiting = new Set<() => void>();
  #version = 1;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async listen(): Promise<ClusterAccess> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const server = new URL(`http://127.0.0.1:${port}`);
    return { server, insecureSkipTlsVerify: false, namespace: "default", token: async () => undefined };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  object(plural: string, name: string, namespace = "default"): ApiObject | undefined {
    return this.#objects.get(keyOf({ plural, namespace, name }));
  }

  /** All of a kind, in the order in which they came. */
  objects(plural: string): readonly ApiObject[] {
    return [...this.#objects].filter(([key]) => key.startsWith(`${plural} `)).map(([, object]) => object);
  }

  /** Creates or changes an object as somebody with kubectl would. */
  put(plural: string, object: ApiObject): ApiObject {
    const { name = "", namespace = "default" } = object.metadata;
    const key = keyOf({ plural, namespace, name });
    const known = this.#objects.get(key);
    const version = ++this.#version;
    const metadata = {
      uid: `uid-${version}`,
      ...known?.metadata,
      ...object.metadata,
      namespace,
      resourceVersion: String(version),
    };
    const stored: ApiObject = { ...object, metadata };
    this.#objects.set(key, stored);
    this.#tell({ version, type: known === undefined ? "ADDED" : "MODIFIED", plural, object: stored });
    return stored;
  }

  /** Deletes an object as somebody with kubectl would. */
  remove(plural: string, name: string, namespace = "default"): void {
    const key = keyOf({ plural, namespace, name });
    const known = this.#objects.get(key);
    if (known === undefined) return;
    this.#objects.delete(key);
    const version = ++this.#version;
    const metadata = { ...known.metadata, resourceVersion: String(version) };
    this.#tell({ version, type: "DELETED", plural, object: { ...known, metadata } });
  }

  /** How often this was asked. */
  count(request: string): number {
    return this.requests.filter((asked) => asked === request).length;
  }

  /** Looks again after every request and every change. */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #tell(entry: HistoryEntry): void {
    this.#history.push(entry);
    for (const [response, request] of this.#watchers) if (isSelected(entry, request)) write(response, entry);
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Json) : null;
    const request = requestOf(message.method ?? "", new URL(message.url ?? "", "http://server"));
    this.requests.push(`${request.verb} ${request.plural}/${request.name}`);
    this.#wake();
    const refusal = await this.intercept(request);
    if (refusal === undefined) this.#carryOut(request, body, response);
    else if (typeof refusal === "number") refuse(response, refusal, "Refused");
    else send(response, refusal.status, { kind: "Status", code: refusal.status, message: refusal.message });
    this.#wake();
  }

  #carryOut(request: ApiRequest, body: Json, response: ServerResponse): void {
    const { verb, plural, namespace } = request;
    const known = this.#objects.get(keyOf(request));
    if (verb === "watch") this.#watch(request, response);
    else if (verb === "list") this.#list(request, response);
    else if (verb === "create") this.#create(plural, namespace, body as unknown as ApiObject, response);
    else if (known === undefined) refuse(response, 404, "NotFound");
    else if (verb === "get") send(response, 200, known);
    else if (verb === "update") this.#change(plural, known, body as unknown as ApiObject, response);
    else if (verb === "patch")
      this.#change(
        plural,
        known,
        jsonPatched(known as unknown as JsonObject, body as never) as unknown as ApiObject,
        response,
      );
    else this.#delete(request, known, body, response);
  }

  #delete({ plural, namespace, name }: ApiRequest, known: ApiObject, body: Json, response: ServerResponse): void {
    const { preconditions } = (body ?? {}) as { readonly preconditions?: { readonly uid?: string } };
    if (preconditions?.uid !== undefined && preconditions.uid !== known.metadata.uid) refuse(response, 409, "Conflict");
    else {
      this.remove(plural, name, namespace);
      send(response, 200, { kind: "Status", status: "Success" });
    }
  }

  #watch(request: ApiRequest, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const from = Number(request.query.get("resourceVersion"));
    for (const entry of this.#history) if (entry.version > from && isSelected(entry, request)) write(response, entry);
    this.#watchers.set(response, request);
    response.on("close", () => this.#watchers.delete(response));
  }

  #list(request: ApiRequest, response: ServerResponse): void {
    const { plural, query } = request;
    const all = [...this.#objects]
      .filter(([key, object]) => key.startsWith(`${plural} `) && isSelected({ plural, object }, request))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, object]) => object);
    const from = Number(query.get("continue") ?? 0);
    const end = from + Number(query.get("limit") ?? all.length);
    const metadata = {
      resourceVersion: String(this.#version),
      ...(end < all.length && { continue: String(end) }),
    };
    // Objects of a list come without their kind.
    send(response, 200, {
      metadata,
      items: all.slice(from, end).map(({ kind: _, apiVersion: _version, ...rest }) => rest),
    });
  }

  #create(plural: string, namespace: string, object: ApiObject, response: ServerResponse): void {
    const { name = "" } = object.metadata;
    if (this.#objects.has(keyOf({ plural, namespace, name }))) refuse(response, 409, "AlreadyExists");
    else send(response, 201, this.put(plural, { ...object, metadata: { ...object.metadata, namespace } }));
  }

  #change(plural: string, known: ApiObject, wanted: ApiObject | undefined, response: ServerResponse): void {
    const { resourceVersion } = known.metadata;
    if (wanted === undefined) refuse(response, 422, "Invalid");
    else if ((wanted.metadata.resourceVersion ?? resourceVersion) !== resourceVersion)
      refuse(response, 409, "Conflict");
    // What changes nothing gets no new version, and nobody is told.
    else send(response, 200, isDeepStrictEqual(wanted, known) ? known : this.put(plural, wanted));
  }
}

function keyOf({ plural, namespace, name }: Pick<ApiRequest, "plural" | "namespace" | "name">): string {
  return `${plural} ${namespace}/${name}`;
}

function requestOf(method: string, url: URL): ApiRequest {
  const parts = /^\/(?:api|apis\/[^/]+)\/[^/]+(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(url.pathname);
  const [, namespace = "", plural = "", name = ""] = parts ?? [];
  const reading = url.searchParams.has("watch") ? "watch" : name === "" ? "list" : "get";
  const verbs: Readonly<Record<string, Verb>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };
  return { verb: verbs[method] ?? reading, plural, namespace, name, query: url.searchParams };
}

function isSelected(
  { plural, object }: Pick<HistoryEntry, "plural" | "object">,
  request: Pick<ApiRequest, "plural" | "namespace" | "query">,
): boolean {
  const name = request.query.get("fieldSelector")?.replace("metadata.name=", "");
  if (plural !== request.plural || (name !== undefined && name !== object.metadata.name)) return false;
  return request.namespace === "" || request.namespace === object.metadata.namespace;
}

function write(response: ServerResponse, { type, object }: HistoryEntry): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  send(response, status, { kind: "Status", code: status, reason, message: `${reason} says the server` });
}
