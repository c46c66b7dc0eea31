import { type JsonObject, objectsAt, type Task } from "@capstan/core";
import {
  Informer,
  type KubeClient,
  objectKey,
  type Pod,
  planAnnotation,
  podName,
  scriptAnnotation,
  taskAnnotation,
  taskIdAnnotation,
} from "@capstan/kubernetes";

export interface PodWatchOptions {
  readonly client: Pick<KubeClient, "get" | "stream">;
  /** The Pods that are this agent's to look after. */
  readonly labelSelector: string;
  /** One namespace, or all. */
  readonly namespace?: string;
  readonly onError: (error: unknown) => void;
  /** Told of every Pod before its task is. */
  readonly onPod: (key: string, pod: Pod | undefined) => void;
  /** Told of every Pod whole, before what is not needed is dropped. */
  readonly onWholePod?: (pod: Pod) => void;
}

/** Told of a task's Pod as it is now; undefined when it is gone. */
export type PodListener = (pod: Pod | undefined) => void;

/** All Pods of an agent by one list and one watch; each task hears of its own, found by the Pod's name. */
export class PodWatch {
  readonly #informer: Informer<Pod>;
  readonly #listeners = new Map<string, Set<PodListener>>();
  readonly #onPod: PodWatchOptions["onPod"];
  /** Keys of Pods by the id of their task, and the other way round. */
  readonly #keys = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  #holdsTasks = true;

  constructor(options: PodWatchOptions) {
    this.#onPod = options.onPod;
    const place = options.namespace === undefined ? "" : `/namespaces/${options.namespace}`;
    this.#informer = new Informer<Pod>({
      client: options.client,
      path: `/api/v1${place}/pods`,
      labelSelector: options.labelSelector,
      onError: options.onError,
      keep: (pod) => {
        options.onWholePod?.(pod);
        return slim(pod, this.#holdsTasks);
      },
      onChange: ({ type, object }) => this.#tell(objectKey(object), type === "deleted" ? undefined : object),
    });
  }

  start(): Promise<void> {
    return this.#informer.start();
  }

  stop(): Promise<void> {
    return this.#informer.stop();
  }

  /** The task's Pod as it was seen last. */
  find(task: Task): Pod | undefined {
    return this.#informer.get(task.namespace, podName(task));
  }

  /** The same for who has only the task's id. */
  findId(taskId: string): Pod | undefined {
    const [namespace = "", name = ""] = this.#keys.get(taskId)?.split("/") ?? [];
    return this.#informer.get(namespace, name);
  }

  /** What an earlier agent left, with their tasks; these are held in memory only until then. */
  leftovers(): readonly Pod[] {
    const pods = [...this.#informer.values()];
    this.#holdsTasks = false;
    return pods;
  }

  get size(): number {
    return this.#informer.size;
  }

  /** Calls back for every change from now on; what it returns ends that. */
  follow(task: Task, listener: PodListener): () => void {
    const key = podKey(task);
    const listeners = this.#listeners.get(key) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(key, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  #tell(key: string, pod: Pod | undefined): void {
    this.#note(key, pod?.metadata.annotations?.[taskIdAnnotation]);
    this.#onPod(key, pod);
    for (const listener of this.#listeners.get(key) ?? []) listener(pod);
  }

  #note(key: string, taskId: string | undefined): void {
    const before = this.#ids.get(key);
    if (before === taskId) return;
    if (before !== undefined && this.#keys.get(before) === key) this.#keys.delete(before);
    if (taskId === undefined) this.#ids.delete(key);
    else this.#ids.set(key, taskId) && this.#keys.set(taskId, key);
  }
}

/** Where a task's Pod is: `<namespace>/<name>`. */
export function podKey(task: Task): string {
  return `${task.namespace}/${podName(task)}`;
}

/** Our own notes on a Pod that are larger than the rest of it. */
const heavyAnnotations: ReadonlySet<string> = new Set([planAnnotation, scriptAnnotation]);

/** What is kept of a Pod: its status, what it asks of its node, and who it is. With hundreds of Pods the rest is most of the agent's memory. */
function slim(pod: Pod, holdsTask: boolean): Pod {
  const { managedFields: _, ...metadata } = pod.metadata as Pod["metadata"] & { managedFields?: unknown };
  const annotations = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => !heavyAnnotations.has(key) && (holdsTask || key !== taskAnnotation),
  );
  const { nodeName, overhead, resources, terminationGracePeriodSeconds } = pod.spec ?? {};
  const spec = {
    ...(nodeName !== undefined && { nodeName }),
    ...(overhead !== undefined && { overhead }),
    ...(resources !== undefined && { resources }),
    ...(terminationGracePeriodSeconds !== undefined && { terminationGracePeriodSeconds }),
    containers: objectsAt(pod.spec, "containers").map(slimContainer),
    initContainers: objectsAt(pod.spec, "initContainers").map(slimContainer),
  };
  return { ...pod, metadata: { ...metadata, annotations: Object.fromEntries(annotations) }, spec };
}

function slimContainer({ name, resources, restartPolicy }: JsonObject): JsonObject {
  return {
    ...(name !== undefined && { name }),
    ...(resources !== undefined && { resources }),
    ...(restartPolicy !== undefined && { restartPolicy }),
  };
}
