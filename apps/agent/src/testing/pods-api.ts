import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Pod } from "@capstan/kubernetes";

/** A cluster of one node, "node-1", that keeps Pods and runs none. */
export class PodsApi {
  readonly pods = new Map<string, Pod>();
  readonly removed: string[] = [];
  /** A quota has no room. */
  isFull = false;
  /** By the uid of what they are about. */
  readonly events = new Map<string, readonly object[]>();
  /** Paths that are refused, by their end. */
  readonly forbidden = new Set<string>();
  readonly #watchers = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #version = 1;

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What the cluster makes of a Pod, told to those who watch. */
  put(pod: Pod): Pod {
    const { name = "" } = pod.metadata;
    const known = this.pods.get(name);
    const uid = pod.metadata.uid ?? `uid-of-${name}`;
    const stored = { ...pod, metadata: { ...pod.metadata, uid, resourceVersion: String(++this.#version) } };
    this.pods.set(name, stored);
    this.#tell(known === undefined ? "ADDED" : "MODIFIED", stored);
    return stored;
  }

  remove(name: string): void {
    const pod = this.pods.get(name);
    this.pods.delete(name);
    if (pod !== undefined) this.#tell("DELETED", pod);
  }

  #tell(type: string, object: Pod): void {
    for (const watcher of this.#watchers) watcher.write(`${JSON.stringify({ type, object })}\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const name = /\/pods\/(.+)$/.exec(pathname)?.[1];
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if ([...this.forbidden].some((end) => pathname.endsWith(end)))
      answer(403, { kind: "Status", code: 403, reason: "Forbidden", message: `${pathname} is forbidden` });
    else if (searchParams.has("watch")) this.#watch(response);
    else if (pathname.startsWith("/api/v1/nodes/"))
      answer(pathname.endsWith("/node-1") ? 200 : 404, {
        metadata: { name: "node-1", labels: {} },
        status: { allocatable: { cpu: "4", memory: "8Gi", pods: "110" } },
        ...{ kind: "Status", reason: "NotFound", message: 'nodes "node-2" not found' },
      });
    else if (pathname.endsWith("/events")) {
      const uid = searchParams.get("fieldSelector")?.replace("involvedObject.uid=", "") ?? "";
      answer(200, { items: this.events.get(uid) ?? [] });
    } else if (request.method === "POST") {
      const pod = JSON.parse(Buffer.concat(chunks).toString()) as Pod;
      const podName = pod.metadata.name ?? "";
      if (this.isFull) return answer(403, { kind: "Status", reason: "Forbidden", message: "exceeded quota: pods" });
      if (this.pods.has(podName)) return answer(409, { kind: "Status", reason: "AlreadyExists", message: podName });
      answer(201, this.put(pod));
    } else if (request.method === "DELETE") {
      this.removed.push(name ?? "");
      answer(200, {});
    } else if (name !== undefined) answer(this.pods.has(name) ? 200 : 404, this.pods.get(name) ?? {});
    else {
      const items = this.#select(searchParams.get("labelSelector"));
      answer(200, { metadata: { resourceVersion: String(this.#version) }, items });
    }
  }

  #watch(response: ServerResponse): void {
    response.writeHead(200).flushHeaders();
    this.#watchers.add(response);
    response.on("close", () => this.#watchers.delete(response));
  }

  #select(labelSelector: string | null): readonly Pod[] {
    const [key = "", value] = labelSelector?.split("=") ?? [];
    return [...this.pods.values()].filter(({ metadata }) => labelSelector === null || metadata.labels?.[key] === value);
  }
}
