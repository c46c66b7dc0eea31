import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Task } from "@capstan/core";
import { silentLogger } from "../logger.ts";
import { KubernetesRuntime } from "../runtime/kubernetes/kubernetes-runtime.ts";
import { systemClock } from "../system-clock.ts";
import { loneArtifacts } from "./lone-artifacts.ts";
import { PodsApi } from "./pods-api.ts";

/** Agents' runtimes on a small cluster, one after the other on the same disk. */
export class KubernetesHarness {
  readonly api = new PodsApi();
  readonly #folder = mkdtempSync(join(tmpdir(), "capstan-runtime-"));
  readonly #runtimes: KubernetesRuntime[] = [];

  static async start(): Promise<KubernetesHarness> {
    const harness = new KubernetesHarness();
    const kubeconfig = {
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server: await harness.api.listen() } }],
      users: [{ name: "u", user: { token: "secret" } }],
    };
    writeFileSync(join(harness.#folder, "kubeconfig"), JSON.stringify(kubeconfig));
    return harness;
  }

  async stop(): Promise<void> {
    for (const runtime of this.#runtimes) runtime.close();
    await this.api.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  runtimeOn(nodeName: string): KubernetesRuntime {
    const stateFolder = join(this.#folder, "state");
    return new KubernetesRuntime(
      {
        ...{ kubeconfig: join(this.#folder, "kubeconfig"), nodeName, stateFolder, version: "1" },
        ...{ supervisor: { image: "supervisor:1" }, transferHost: "127.0.0.1", transferPort: 0, transferKey: "key" },
        ...{ keptPodsMax: 10, images: [], registryMirrors: new Map() },
      },
      systemClock,
      silentLogger,
    );
  }

  /** An agent's runtime whose coordinators wait for the given tasks. */
  async open(agentName: string, wanted: readonly string[]): Promise<KubernetesRuntime> {
    const runtime = this.runtimeOn("node-1");
    const checked = await runtime.check();
    const phases = { phasesOf: async () => [] };
    const { artifacts, server: blobs } = loneArtifacts(this.#folder);
    const isWanted = async ({ id }: Task): Promise<boolean> => wanted.includes(id);
    const opened = checked.ok ? await runtime.open({ agentName, phases, isWanted, artifacts, blobs }) : checked;
    if (!opened.ok) throw new Error(opened.error);
    this.#runtimes.push(runtime);
    return runtime;
  }
}
