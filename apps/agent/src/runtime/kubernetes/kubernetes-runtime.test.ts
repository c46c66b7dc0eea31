import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Task } from "@capstan/core";
import type { Pod } from "@capstan/kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../logger.ts";
import { systemClock } from "../../system-clock.ts";
import { aShell, aTask } from "../../testing/a-task.ts";
import { loneArtifacts } from "../../testing/lone-artifacts.ts";
import { KubernetesRuntime } from "./kubernetes-runtime.ts";

/** A cluster of one node that keeps Pods and runs none. */
class PodsApi {
  readonly pods = new Map<string, Pod>();
  readonly removed: string[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
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
    if (searchParams.has("watch")) response.writeHead(200).flushHeaders();
    else if (pathname.startsWith("/api/v1/nodes/"))
      answer(pathname.endsWith("/node-1") ? 200 : 404, {
        metadata: { name: "node-1", labels: {} },
        status: { allocatable: { cpu: "4", memory: "8Gi", pods: "110" } },
        ...{ kind: "Status", reason: "NotFound", message: 'nodes "node-2" not found' },
      });
    else if (request.method === "POST") {
      const pod = JSON.parse(Buffer.concat(chunks).toString()) as Pod;
      const podName = pod.metadata.name ?? "";
      if (this.pods.has(podName)) return answer(409, { kind: "Status", reason: "AlreadyExists", message: podName });
      this.pods.set(podName, pod);
      answer(201, pod);
    } else if (request.method === "DELETE") {
      this.removed.push(name ?? "");
      answer(200, {});
    } else if (name !== undefined) answer(this.pods.has(name) ? 200 : 404, this.pods.get(name) ?? {});
    else answer(200, { metadata: { resourceVersion: "1" }, items: this.#select(searchParams.get("labelSelector")) });
  }

  #select(labelSelector: string | null): readonly Pod[] {
    const [key = "", value] = labelSelector?.split("=") ?? [];
    return [...this.pods.values()].filter(({ metadata }) => labelSelector === null || metadata.labels?.[key] === value);
  }
}

let api: PodsApi;
let folder: string;
let runtimes: KubernetesRuntime[];
beforeEach(async () => {
  api = new PodsApi();
  runtimes = [];
  folder = mkdtempSync(join(tmpdir(), "capstan-runtime-"));
  const kubeconfig = {
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: await api.listen() } }],
    users: [{ name: "u", user: { token: "secret" } }],
  };
  writeFileSync(join(folder, "kubeconfig"), JSON.stringify(kubeconfig));
});
afterEach(async () => {
  for (const runtime of runtimes) runtime.close();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

function runtimeOn(nodeName: string): KubernetesRuntime {
  return new KubernetesRuntime(
    {
      ...{ kubeconfig: join(folder, "kubeconfig"), nodeName, stateFolder: join(folder, "state"), version: "1" },
      ...{ supervisor: { image: "supervisor:1" }, transferHost: "127.0.0.1", transferPort: 0, transferKey: "key" },
      ...{ keptPodsMax: 10, images: [], registryMirrors: new Map() },
    },
    systemClock,
    silentLogger,
  );
}

/** An agent's runtime whose coordinators wait for the given tasks. */
async function open(agentName: string, wanted: readonly string[]): Promise<KubernetesRuntime> {
  const runtime = runtimeOn("node-1");
  expect(await runtime.check()).toEqual({ ok: true });
  const phases = { phasesOf: async () => [] };
  const { artifacts, server: blobs } = loneArtifacts(folder);
  const isWanted = async ({ id }: Task): Promise<boolean> => wanted.includes(id);
  expect(await runtime.open({ agentName, phases, isWanted, artifacts, blobs })).toEqual({ ok: true });
  runtimes.push(runtime);
  return runtime;
}

test("a successor finds its Pods; the agent of another pool or installation on the same node leaves them alone", async () => {
  const task = aTask(aShell("true"), { captureResult: false });
  const first = await open("1a2b.default.node-1", [task.id]);
  await first.start(task, { started: () => undefined, progressed: () => undefined });
  await expect.poll(() => api.pods.size).toBe(1);
  const other = await open("9f8e.default.node-1", []);
  expect(await other.leftovers()).toEqual([]);
  const successor = await open("1a2b.default.node-1", [task.id]);
  expect((await successor.leftovers()).map(({ id }) => id)).toEqual([task.id]);
  expect(api.removed).toEqual([]);
  // Nobody waits for it any more: now its own agent removes it.
  const later = await open("1a2b.default.node-1", []);
  expect(await later.leftovers()).toEqual([]);
  expect(api.removed).toEqual([task.podName]);
});

describe("a task that had started under an agent that is gone", () => {
  const observer = { started: () => undefined, progressed: () => undefined };
  const task = aTask(aShell("true"), { captureResult: false });

  test("is not started again where its Pod is gone too", async () => {
    const other = await open("1a2b.default.node-1", [task.id]);
    const running = await other.start(task, observer, { hasStarted: true });
    expect(await running.outcome).toMatchObject({
      phase: "Error",
      message: expect.stringContaining("pod deleted: it had started under an agent that is gone"),
    });
    expect(api.pods.size).toBe(0);
  });

  test.each([true, false])(
    "ends with its node where its Pod waits for that (known as started: %s)",
    async (hasStarted) => {
      const first = await open("1a2b.default.node-2", [task.id]);
      await first.start(task, observer);
      await expect.poll(() => api.pods.size).toBe(1);
      const pod = api.pods.get(task.podName) as Pod;
      api.pods.set(task.podName, {
        metadata: { ...pod.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
        spec: { ...pod.spec, nodeName: "node-2" },
        status: { phase: "Running", containerStatuses: [{ name: "main", state: { running: {} } }] },
      });
      const other = await open("1a2b.default.node-1", [task.id]);
      const running = await other.start(task, observer, { hasStarted });
      expect(await running.outcome).toMatchObject({
        ...{ phase: "Error", hostNodeName: "node-2", message: "node lost: node-2 (it has left the cluster)" },
      });
    },
  );
});

test("an agent whose node is not there says so before anything else", async () => {
  expect(await runtimeOn("node-2").check()).toMatchObject({
    ok: false,
    error: expect.stringContaining('the cluster has no node "node-2"'),
  });
});
