import { type Clock, type KnownPod, objectAt, objectsAt, type PodEvent, textAt } from "@capstan/core";
import {
  type KubeClient,
  KubeError,
  type Pod,
  podPath,
  shownPod,
  taskIdAnnotation,
  toPodEvent,
} from "@capstan/kubernetes";
import type { KeptPods } from "./kept-pods.ts";
import type { PodWatch } from "./pod-watch.ts";

export interface PodSnapshotsOptions {
  readonly client: Pick<KubeClient, "get">;
  readonly watch: Pick<PodWatch, "findId">;
  readonly kept: KeptPods;
  readonly clock: Clock;
}

const eventsMax = 200;

/** Pods for those who look at them: from the cluster while they are there, then as they are kept. */
export class PodSnapshots {
  readonly #options: PodSnapshotsOptions;

  constructor(options: PodSnapshotsOptions) {
    this.#options = options;
  }

  /** Undefined for a task that this agent knows of no Pod of. Throws where the cluster does not answer. */
  async of(taskId: string): Promise<KnownPod | undefined> {
    const present = await this.#present(taskId);
    if (present !== undefined)
      return {
        ...{ kind: "pod", pod: shownPod(present), isGone: false, seenAtMs: this.#options.clock.nowMs() },
        ...(await this.#eventsOf(present.metadata.namespace, present.metadata.uid)),
      };
    const kept = await this.#options.kept.read(taskId);
    if (kept === undefined) return undefined;
    const metadata = objectAt(kept.pod, "metadata");
    return {
      ...{ kind: "pod", ...kept, isGone: true },
      ...(await this.#eventsOf(textAt(metadata, "namespace"), textAt(metadata, "uid"))),
    };
  }

  /** What is watched is not the whole Pod, so it is read. */
  async #present(taskId: string): Promise<Pod | undefined> {
    const { client, watch } = this.#options;
    const { namespace = "", name = "" } = watch.findId(taskId)?.metadata ?? {};
    if (name === "") return undefined;
    try {
      const pod = await client.get<Pod>(podPath(namespace, name));
      // The name may have become that of another task's Pod meanwhile.
      return pod.metadata.annotations?.[taskIdAnnotation] === taskId ? pod : undefined;
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** A cluster keeps them for an hour or so, also of what is gone. */
  async #eventsOf(namespace = "", uid = ""): Promise<Pick<KnownPod, "events" | "eventsProblem">> {
    // Without an id, everybody's would be asked for.
    if (namespace === "" || uid === "") return { events: [] };
    try {
      const query = { fieldSelector: `involvedObject.uid=${uid}`, limit: eventsMax };
      const list = await this.#options.client.get<unknown>(`/api/v1/namespaces/${namespace}/events`, query);
      return { events: objectsAt(list, "items").map(toPodEvent).sort(byTime) };
    } catch (error) {
      if (error instanceof KubeError) return { events: [], eventsProblem: error.message };
      throw error;
    }
  }
}

function byTime(left: PodEvent, right: PodEvent): number {
  return (left.lastAtMs ?? 0) - (right.lastAtMs ?? 0);
}
