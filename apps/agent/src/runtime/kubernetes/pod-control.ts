import type { Task } from "@capstan/core";
import { type KubeClient, KubeError, type Pod, podName, podPath } from "@capstan/kubernetes";

/** What an agent does to a Pod after it is there. Every call may be repeated. */
export class PodControl {
  readonly #client: KubeClient;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /**
   * Ends a Pod: SIGTERM, then SIGKILL after its grace period. One that runs gets a deadline that is over at once, so that it ends by its
   * kubelet and its log stays; one that no kubelet has taken yet is deleted.
   */
  async end(task: Task, pod: Pod | undefined, graceMs: number): Promise<void> {
    if (pod?.status?.startTime === undefined) return this.remove(task, 0);
    const seconds = pod.spec?.["terminationGracePeriodSeconds"];
    // The kubelet grants what the Pod says. Where less is asked for, only a deletion can say so.
    if (typeof seconds === "number" && graceMs < seconds * 1_000) return this.remove(task, Math.ceil(graceMs / 1_000));
    await ignoringAbsence(
      this.#client.patch(podPath(task.namespace, podName(task)), { spec: { activeDeadlineSeconds: 1 } }, "strategic"),
    );
  }

  /** Deletes it; 0 seconds for what never ran. */
  async remove(task: Pick<Task, "namespace" | "workflowName" | "nodeId">, graceSeconds: number): Promise<void> {
    const path = podPath(task.namespace, podName(task as Task));
    await ignoringAbsence(
      this.#client.remove(path, { gracePeriodSeconds: graceSeconds, propagationPolicy: "Background" }),
    );
  }
}

async function ignoringAbsence(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof KubeError && error.status === 404)) throw error;
  }
}
