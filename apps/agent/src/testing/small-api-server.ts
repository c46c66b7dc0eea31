import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { JsonObject } from "@capstan/core";
import type { ClusterAccess, KubeObject } from "@capstan/kubernetes";

interface Stored extends KubeObject {
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
}

interface Watcher {
  readonly name: string | null;
  readonly response: ServerResponse;
}

const types = [
  { name: "jobs", singularName: "job", kind: "Job", namespaced: true, shortNames: [] },
  { name: "jobs/status", singularName: "", kind: "Job", namespaced: true },
];

/** An API server that knows Jobs of one namespace: as much of the API as a task that follows one object needs. */
export class SmallApiServer {
  /** `VERB name as user`, in order of arrival; discovery is left out. */
  readonly requests: string[] = [];
  /** Answers with this status before anything else, once each. */
  readonly refusals: { readonly verb: string; readonly status: number }[] = [];
  /** A verb that is refused always. */
  forbidden = new Set<string>();
  /** Deleted objects stay until somebody calls `finishDeletion`. */
  deletesSlowly = false;
  readonly #objects = new Map<string, Stored>();
  readonly #watchers = new Set<Watcher>();
  readonly #arrivals = new Set<() => void>();
  #version = 1;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async listen(): Promise<ClusterAccess> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const server = new URL(`http://127.0.0.1:${port}`);
    return { server, insecureSkipTlsVerify: false, namespace: "default", token: async () => "secret" };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get names(): readonly string[] {
    return [...this.#objects.keys()];
  }

  object(name: string): Stored | undefined {
    return this.#objects.get(name);
  }

  put(name: string, change: Partial<Stored> = {}): void {
    const type = this.#objects.has(name) ? "MODIFIED" : "ADDED";
    const known = this.#objects.get(name) ?? { metadata: { name, namespace: "argo", uid: `uid-${this.#version}` } };
    const metadata = { ...known.metadata, ...change.metadata, resourceVersion: String(++this.#version) };
    const object = { apiVersion: "batch/v1", kind: "Job", ...known, ...change, metadata };
    this.#objects.set(name, object);
    this.#tell(type, object);
  }

  finishDeletion(name: string): void {
    const object = this.#objects.get(name);
    this.#objects.delete(name);
    if (object !== undefined) this.#tell("DELETED", object);
  }

  /** Resolves when that many requests of a verb have come. */
  async asked(verb: string, times = 1): Promise<void> {
    while (this.requests.filter((request) => request.startsWith(verb)).length < times)
      await new Promise<void>((resolve) => this.#arrivals.add(resolve));
  }

  #tell(type: string, object: Stored): void {
    for (const { name, response } of this.#watchers)
      if (name === null || name === object.metadata.name) response.write(`${JSON.stringify({ type, object })}\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://x");
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Stored) : undefined;
    const found = /^\/apis\/batch\/v1\/namespaces\/argo\/jobs(?:\/([^/]+))?$/.exec(url.pathname);
    if (found === null) {
      this.#discover(url.pathname, response);
      return;
    }
    const name = found[1] ?? url.searchParams.get("fieldSelector")?.replace("metadata.name=", "") ?? null;
    const verb = url.searchParams.has("watch")
      ? "WATCH"
      : found[1] === undefined && request.method === "GET"
        ? "LIST"
        : (request.method ?? "");
    this.requests.push(`${verb} ${name ?? body?.metadata.name} as ${request.headers["impersonate-user"] ?? "itself"}`);
    for (const arrived of this.#arrivals) arrived();
    this.#arrivals.clear();
    const refusal = this.refusals.findIndex((one) => one.verb === verb);
    if (refusal >= 0) failed(response, this.refusals.splice(refusal, 1)[0]?.status ?? 500, "InternalError");
    else if (this.forbidden.has(verb)) failed(response, 403, "Forbidden");
    else this.#carryOut(verb, name, body, response);
  }

  #carryOut(verb: string, name: string | null, body: Stored | undefined, response: ServerResponse): void {
    const known = this.#objects.get(name ?? body?.metadata.name ?? "");
    if (verb === "WATCH") {
      response.writeHead(200, { "content-type": "application/json" });
      response.flushHeaders();
      const watcher = { name, response };
      this.#watchers.add(watcher);
      response.on("close", () => this.#watchers.delete(watcher));
    } else if (verb === "LIST") {
      const items = [...this.#objects.values()].filter(({ metadata }) => name === null || metadata.name === name);
      send(response, 200, { metadata: { resourceVersion: String(this.#version) }, items });
    } else if (verb === "POST") {
      if (known === undefined) this.put(body?.metadata.name ?? "", body);
      if (known === undefined) send(response, 201, this.#objects.get(body?.metadata.name ?? ""));
      else failed(response, 409, "AlreadyExists");
    } else if (known === undefined) failed(response, 404, "NotFound");
    else if (verb === "DELETE") this.#delete(known, response);
    else {
      if (verb !== "GET") this.put(name ?? "", body);
      send(response, 200, this.#objects.get(name ?? ""));
    }
  }

  #delete(object: Stored, response: ServerResponse): void {
    const { name = "" } = object.metadata;
    if (this.deletesSlowly) {
      this.put(name, { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
      send(response, 200, this.#objects.get(name));
    } else {
      this.finishDeletion(name);
      send(response, 200, { kind: "Status", status: "Success" });
    }
  }

  #discover(path: string, response: ServerResponse): void {
    const version = { groupVersion: "batch/v1", version: "v1" };
    const answers: Readonly<Record<string, object>> = {
      "/apis": { groups: [{ name: "batch", versions: [version], preferredVersion: version }] },
      "/apis/batch/v1": { resources: types },
      "/api/v1": { resources: [] },
    };
    const answer = answers[path];
    if (answer === undefined) failed(response, 404, "NotFound");
    else send(response, 200, answer);
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function failed(response: ServerResponse, status: number, reason: string): void {
  send(response, status, { kind: "Status", code: status, reason, message: `${reason} says the server` });
}
