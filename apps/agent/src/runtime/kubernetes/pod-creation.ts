import type { Clock, Result, Task } from "@capstan/core";
import { agentLabel, type KubeClient, KubeError, type Pod, podName, podPath, taskOfPod } from "@capstan/kubernetes";
import type { PodControl } from "./pod-control.ts";

export interface PodCreationOptions {
  readonly client: KubeClient;
  readonly control: PodControl;
  readonly clock: Clock;
  /** Value of the label by which a Pod belongs to an agent. */
  readonly agentName: string;
}

/** A task's Pod, whoever created it; or why there is none: an answer for its user, or one that another try may change. */
export type CreatedPod =
  | { readonly kind: "pod"; readonly pod: Pod }
  | { readonly kind: "gone" }
  | { readonly kind: "invalid"; readonly message: string }
  | { readonly kind: "refused"; readonly message: string };

const triesMax = 8;
const firstWaitMs = 200;
const waitMsMax = 5_000;

/**
 * Creates a task's Pod or takes over the one that is there: its name is a function of workflow, node and attempt, so a task that is
 * delivered twice, to whichever agents, has one Pod.
 */
export class PodCreation {
  readonly #options: PodCreationOptions;

  constructor(options: PodCreationOptions) {
    this.#options = options;
  }

  /** Builds anew at each try, as places are taken meanwhile; ends early when nobody wants the Pod any more. */
  async create(task: Task, build: () => Promise<Result<Pod>>, isOver: () => boolean): Promise<CreatedPod> {
    const { client, clock } = this.#options;
    for (let tries = 0; ; tries++) {
      const built = await build();
      if (!built.ok) return { kind: "invalid", message: built.error };
      try {
        return { kind: "pod", pod: await client.create<Pod>(podPath(task.namespace), built.value) };
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        const answer = error.reason === "AlreadyExists" ? await this.#takeOver(task) : answerTo(error);
        if (answer !== undefined) return answer;
        if (tries >= triesMax || isOver()) return { kind: "refused", message: error.message };
      }
      await clock.sleep(waitMs(tries));
    }
  }

  /** The Pod of a task that has started, wherever that was; it is not made a second time. */
  async find(task: Task): Promise<CreatedPod> {
    for (let tries = 0; ; tries++) {
      try {
        return (await this.#takeOver(task)) ?? { kind: "gone" };
      } catch (error) {
        if (!(error instanceof KubeError && error.isTransient)) throw error;
        if (tries >= triesMax) return { kind: "refused", message: error.message };
      }
      await this.#options.clock.sleep(waitMs(tries));
    }
  }

  /** The Pod that has the name already; undefined when there is none, or when it is another's on its way out and the name will be free. */
  async #takeOver(task: Task): Promise<CreatedPod | undefined> {
    const { client, control, agentName } = this.#options;
    let pod: Pod;
    try {
      pod = await client.get<Pod>(podPath(task.namespace, podName(task)));
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
    const holder = taskOfPod(pod);
    if (!holder.ok)
      return { kind: "invalid", message: `Pod ${podName(task)} exists and was not made by Capstan: ${holder.error}` };
    // The task's own is followed to its end also where it was told to go: what it ran must not run again under the name that it frees.
    if (holder.value.id !== task.id) {
      // A workflow's name is one workflow's at a time: this Pod is of an earlier one that is gone.
      if (pod.metadata.deletionTimestamp === undefined) await control.remove(holder.value, 0);
      return undefined;
    }
    if (pod.metadata.labels?.[agentLabel] === agentName) return { kind: "pod", pod };
    const labels = { [agentLabel]: agentName };
    return {
      kind: "pod",
      pod: await client.patch<Pod>(podPath(task.namespace, podName(task)), { metadata: { labels } }),
    };
  }
}

function waitMs(tries: number): number {
  return Math.min(waitMsMax, firstWaitMs * 2 ** tries);
}

/** What a refusal means to the task; undefined where the request is simply made again. */
function answerTo(error: KubeError): CreatedPod | undefined {
  if (error.isTransient) return undefined;
  // A quota may have room again later; Argo waits for it too.
  if (error.status === 403 && error.message.includes("exceeded quota"))
    return { kind: "refused", message: error.message };
  if (error.status === 409) return undefined;
  return { kind: "invalid", message: error.message };
}
