import { Informer, type KubeClient, type KubeObject, pathOf } from "@capstan/kubernetes";
import { valuesConfigMap, waitKey } from "./seed-objects.ts";

export interface ArrivalsOptions {
  readonly client: KubeClient;
  readonly namespace?: string;
  /** What somebody waits for is there, or has changed. */
  readonly onArrival: (waiter: string) => void;
  readonly onError: (error: unknown) => void;
}

const watched = [
  { kind: "WorkflowTemplate", apiVersion: "argoproj.io/v1alpha1", plural: "workflowtemplates" },
  { kind: "Job", apiVersion: "batch/v1", plural: "jobs" },
  { kind: "ConfigMap", apiVersion: "v1", plural: "configmaps", fieldSelector: `metadata.name=${valuesConfigMap}` },
] as const;

/** Wakes those who wait for objects that are not there yet. Nothing is watched while nobody waits. */
export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #waiters = new Map<string, Set<string>>();
  readonly #waits = new Map<string, readonly string[]>();
  #informers: readonly Informer<KubeObject>[] = [];

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** From now on the waiter is told when one of these comes; it has to look again then. */
  wait(waiter: string, keys: readonly string[]): void {
    // The watches go on for who waits on: started anew, they would tell of everything that is there, and it would look again, for ever.
    this.#forget(waiter);
    this.#waits.set(waiter, keys);
    for (const key of keys) {
      const waiters = this.#waiters.get(key) ?? new Set();
      waiters.add(waiter);
      this.#waiters.set(key, waiters);
    }
    if (this.#informers.length === 0) this.#start();
  }

  cancel(waiter: string): void {
    this.#forget(waiter);
    if (this.#waits.size === 0) this.stop();
  }

  #forget(waiter: string): void {
    for (const key of this.#waits.get(waiter) ?? []) {
      const waiters = this.#waiters.get(key);
      waiters?.delete(waiter);
      if (waiters?.size === 0) this.#waiters.delete(key);
    }
    this.#waits.delete(waiter);
  }

  stop(): void {
    for (const informer of this.#informers) void informer.stop();
    this.#informers = [];
  }

  #start(): void {
    const { client, namespace, onError } = this.#options;
    this.#informers = watched.map(({ kind, ...type }) => {
      const informer = new Informer<KubeObject>({
        client,
        path: pathOf({ ...type, isNamespaced: true }, namespace),
        ...("fieldSelector" in type && { fieldSelector: type.fieldSelector }),
        keep: ({ metadata: { name, namespace: place, uid, resourceVersion } }) => ({
          metadata: {
            ...(name !== undefined && { name }),
            ...(place !== undefined && { namespace: place }),
            ...(uid !== undefined && { uid }),
            ...(resourceVersion !== undefined && { resourceVersion }),
          },
        }),
        onError,
        onChange: ({ type: change, object }) => {
          const { namespace: place = "", name = "" } = object.metadata;
          if (change !== "deleted") this.#arrived(waitKey(kind, place, name));
        },
      });
      informer.start().catch(onError);
      return informer;
    });
  }

  #arrived(key: string): void {
    for (const waiter of [...(this.#waiters.get(key) ?? [])]) this.#options.onArrival(waiter);
  }
}
