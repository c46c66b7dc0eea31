import type { Clock, RunningTask, RuntimeObserver, Task, TaskOutcome, TaskRefusal } from "@capstan/core";
import { type EndedPod, observePod, type Pod, podName } from "@capstan/kubernetes";
import type { Logger } from "../../logger.ts";
import type { PodControl } from "./pod-control.ts";

/** The kubelet's words for a Pod past its activeDeadlineSeconds, which Argo shows too. */
export const deadlineMessage = "Pod was active on the node longer than the specified deadline";

export interface TaskPodOptions {
  readonly task: Task;
  readonly observer: RuntimeObserver;
  readonly control: Pick<PodControl, "end" | "remove">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Why the node counts as gone; undefined while it does not. */
  readonly nodeLoss: (nodeName: string) => Promise<string | undefined>;
  /** Works out the outcome of a Pod that has ended: reads its result, takes its outputs over. */
  readonly conclude: (pod: Pod, ended: EndedPod) => Promise<TaskOutcome>;
  /** Called before the outcome says that the task is handed back. */
  readonly onRefused: () => void;
}

interface KillWish {
  readonly atMs: number;
  readonly reason: string;
  readonly graceMs: number;
}

/** Much longer than its grace, and a Pod that was told to end is deleted. */
const deleteAfterMs = 15_000;
/** A kubelet that lives has ended a deleted Pod by then; and so often is asked whether it lives. */
const nodeSilentMs = 5_000;

/**
 * One task's Pod from its creation to its outcome, as the watch tells of it.
 *
 *   (created or found) ─▶ pending ─▶ running ─▶ ended ─▶ outcome
 *                            ├─ refused by the kubelet ─▶ deleted, gone ─▶ handed back
 *                            ├─ gone without an end ─▶ Error "pod deleted"
 *                            └─ told to go, and its node is gone ─▶ Error "node lost"
 */
export class TaskPod implements RunningTask {
  readonly outcome: Promise<TaskOutcome | TaskRefusal>;
  /** Resolves when there is nothing more to look after: an outcome is known, or the agent let go. */
  readonly over: Promise<void>;
  readonly #options: TaskPodOptions;
  readonly #over = new AbortController();
  #resolve: (end: TaskOutcome | TaskRefusal) => void = () => undefined;
  #pod: Pod | undefined;
  #hasStarted = false;
  #isConcluding = false;
  #isDoubted = false;
  #refusal: string | undefined;
  #message: string | undefined;
  #wish: KillWish | undefined;

  constructor(options: TaskPodOptions) {
    this.#options = options;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.over = new Promise((resolve) => this.#over.signal.addEventListener("abort", () => resolve()));
    this.#keepDeadline();
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** The Pod is there: made just now, or found. The watch tells the rest. */
  created(pod: Pod): void {
    if (!this.isOver) {
      if (this.#pod === undefined) this.see(pod);
      return;
    }
    // It was called off while the API server was asked.
    const { control, task } = this.#options;
    control.remove(task, 0).catch((error: unknown) => this.#warn(error));
  }

  /** There is no Pod and there need not be one here: any agent may try again. */
  refuse(message: string): void {
    this.#finish({ refused: message });
  }

  /** There is no Pod and there will be none. */
  fail(message: string): void {
    this.#finish(this.#endedWithout("Error", message));
  }

  /** The Pod as it is now; undefined when it is gone. Called in the order of the watch. */
  see(pod: Pod | undefined): void {
    if (this.#over.signal.aborted || this.#isConcluding) return;
    const { task, clock } = this.#options;
    if (pod === undefined) {
      this.#seeGone();
      return;
    }
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) void this.#doubtNode(pod);
    const observation = observePod(task, pod, clock.nowMs());
    if (observation.kind === "pending") this.#tellMessage(observation.message);
    else if (observation.kind === "refused") this.#giveBack(observation.message);
    else if (observation.kind === "ended") void this.#end(pod, observation);
    else if (!task.template.daemon || observation.isReady) this.#tellStarted(observation);
  }

  kill(reason: string, graceMs: number): void {
    if (this.#over.signal.aborted || this.#isConcluding || this.#wish !== undefined) return;
    this.#wish = { atMs: this.#options.clock.nowMs(), reason, graceMs };
    if (this.#pod === undefined) this.#finish(this.#endedWithout("Failed", reason));
    else void this.#carryOutKill(this.#wish);
  }

  /** Ends the watch over it without an outcome: the agent goes, the Pod stays. */
  letGo(): void {
    this.#over.abort();
  }

  /**
   * The cluster evicts the Pods of a node that it hears of no more, but only their kubelet could end them: they would stay as they are until the node is back.
   * Whose deletion is overdue is therefore asked after.
   */
  async #doubtNode({ metadata, spec }: Pod): Promise<void> {
    const { nodeLoss, clock } = this.#options;
    const nodeName = spec?.nodeName;
    if (this.#isDoubted || nodeName === undefined) return;
    this.#isDoubted = true;
    const overdueAtMs = (Date.parse(metadata.deletionTimestamp ?? "") || clock.nowMs()) + nodeSilentMs;
    let waitMs = Math.max(0, overdueAtMs - clock.nowMs());
    while (!this.isOver) {
      await clock.sleep(waitMs, this.#over.signal);
      const loss = this.isOver ? undefined : await nodeLoss(nodeName);
      if (loss !== undefined) this.#loseNode(loss);
      waitMs = nodeSilentMs;
    }
  }

  /** The Pod's node is gone, as far as anybody can tell, and what runs there with it. */
  #loseNode(message: string): void {
    if (this.isOver || this.#isConcluding) return;
    const wish = this.#wish;
    this.#finish(wish === undefined ? this.#endedWithout("Error", message) : this.#endedWithout("Failed", wish.reason));
    this.#options.control.remove(this.#options.task, 0).catch((error: unknown) => this.#warn(error));
  }

  #seeGone(): void {
    // A Pod that was refused and is gone now has made its name free again.
    if (this.#refusal !== undefined) this.#finish({ refused: this.#refusal });
    else if (this.#wish !== undefined) this.#finish(this.#endedWithout("Failed", this.#wish.reason));
    else if (this.#pod !== undefined) this.#finish(this.#endedWithout("Error", "pod deleted"));
  }

  #tellMessage(message: string | undefined): void {
    if (message === undefined || message === this.#message) return;
    this.#message = message;
    this.#options.observer.progressed({ message });
  }

  #tellStarted(details: {
    readonly startedAtMs: number;
    readonly hostNodeName?: string;
    readonly podIP?: string;
  }): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    const { startedAtMs, hostNodeName = "", podIP } = details;
    this.#options.observer.started({ startedAtMs, hostNodeName, ...(podIP !== undefined && { podIP }) });
  }

  /** The node would not have it: nothing ran, so another try costs the task nothing. */
  #giveBack(reason: string): void {
    if (this.#refusal !== undefined) return;
    this.#refusal = reason;
    this.#options.control.remove(this.#options.task, 0).catch((error: unknown) => this.#warn(error));
  }

  async #end(pod: Pod, ended: EndedPod): Promise<void> {
    this.#isConcluding = true;
    const wish = this.#wish;
    const { control, task } = this.#options;
    if (ended.isGivenUp) control.end(task, pod, graceMsOf(task)).catch((error: unknown) => this.#warn(error));
    try {
      this.#finish(await this.#options.conclude(pod, wish === undefined ? ended : killedAs(ended, wish)));
    } catch (error) {
      this.#finish(this.#endedWithout("Error", `the outputs could not be read: ${String(error)}`));
    }
  }

  #endedWithout(phase: "Failed" | "Error", message: string): TaskOutcome {
    const nowMs = this.#options.clock.nowMs();
    const nodeName = this.#pod?.spec?.nodeName;
    const startedAtMs = Date.parse(this.#pod?.status?.startTime ?? "");
    return {
      phase,
      message,
      startedAtMs: Number.isNaN(startedAtMs) ? nowMs : startedAtMs,
      finishedAtMs: nowMs,
      ...(nodeName !== undefined && { hostNodeName: nodeName }),
    };
  }

  #finish(end: TaskOutcome | TaskRefusal): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    if ("refused" in end) this.#options.onRefused();
    this.#resolve(end);
  }

  /** A wish to end it, carried out whatever the API server does meanwhile. */
  async #carryOutKill({ graceMs }: KillWish): Promise<void> {
    const { task, control, clock } = this.#options;
    const { signal } = this.#over;
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        await control.end(task, this.#pod, graceMs);
        break;
      } catch (error) {
        this.#warn(error);
        await clock.sleep(Math.min(10_000, 250 * 2 ** tries), signal);
      }
    }
    await clock.sleep(graceMs + deleteAfterMs, signal);
    if (signal.aborted) return;
    await control.remove(task, 1).catch((error: unknown) => this.#warn(error));
  }

  /** The workflow's and the template's deadlines count from other moments than the Pod's own does. */
  #keepDeadline(): void {
    const { task, clock } = this.#options;
    const { deadlineAtMs } = task;
    if (deadlineAtMs === undefined) return;
    void clock.sleep(Math.max(0, deadlineAtMs - clock.nowMs()), this.#over.signal).then(() => {
      if (!this.#over.signal.aborted) this.kill(deadlineMessage, graceMsOf(task));
    });
  }

  #warn(error: unknown): void {
    const { logger, task } = this.#options;
    logger.warn(
      { taskId: task.id, pod: podName(task), error: String(error) },
      "a Pod could not be ended, trying again",
    );
  }
}

/** A Pod that was told to end failed for that reason, with whatever code; not one that had ended by itself. Kubelets note whole seconds. */
function killedAs(ended: EndedPod, { atMs, reason }: KillWish): EndedPod {
  if (ended.finishedAtMs < Math.floor(atMs / 1_000) * 1_000) return ended;
  return { ...ended, verdict: { phase: "Failed", message: reason } };
}

const graceMsDefault = 30_000;

function graceMsOf(task: Task): number {
  const seconds = task.template["terminationGracePeriodSeconds"] ?? task.podDefaults["terminationGracePeriodSeconds"];
  return typeof seconds === "number" ? seconds * 1_000 : graceMsDefault;
}
