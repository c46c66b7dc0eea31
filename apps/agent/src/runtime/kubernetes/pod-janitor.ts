import {
  type Clock,
  type JsonObject,
  objectAt,
  parseGoDuration,
  type Task,
  textAt,
  type WorkflowPhase,
  type WorkflowPhases,
} from "@capstan/core";
import { matchesLabels } from "@capstan/kubernetes";
import type { Logger } from "../../logger.ts";
import type { PodControl } from "./pod-control.ts";
import type { WorkflowClaims } from "./workflow-claims.ts";

export interface PodJanitorOptions {
  readonly control: PodControl;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly phases: WorkflowPhases;
  readonly claims: WorkflowClaims;
  /** How many ended Pods stay for their logs; the oldest go first. */
  readonly keptMax: number;
}

export interface KeptPod {
  readonly task: Task;
  readonly succeeded: boolean;
  readonly labels: { readonly [key: string]: string };
  /** Not before then. */
  readonly fromMs: number;
}

type Strategy =
  | "OnPodCompletion"
  | "OnPodSuccess"
  | "OnWorkflowCompletion"
  | "OnWorkflowSuccess"
  | "OnWorkflowDeletion";

/** Argo's delay before it deletes. */
const delayMsDefault = 5_000;
/** A store may lose its last second: until then the Pod could be needed to say again how it ended. */
const minimumDelayMs = 3_000;
const lookEveryMs = 10_000;
const removalsAtOnce = 8;

/**
 * Deletes Pods whose task is done and reported, when the workflow's podGC says so; without podGC they stay until the workflow is
 * deleted, as in Argo, but no more of them than a configured number.
 */
export class PodJanitor {
  readonly #options: PodJanitorOptions;
  readonly #kept = new Map<string, KeptPod>();
  readonly #stop = new AbortController();

  constructor(options: PodJanitorOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#run();
  }

  stop(): void {
    this.#stop.abort();
  }

  /** From now on the Pod is the janitor's: its outcome is committed. */
  take(task: Task, succeeded: boolean, labels: KeptPod["labels"]): void {
    this.#kept.set(task.id, { task, succeeded, labels, fromMs: this.#options.clock.nowMs() + delayMsOf(task) });
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#options;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(Math.min(lookEveryMs, this.#nextDueMs()), this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      await this.sweep().catch((error: unknown) =>
        logger.warn({ error: String(error) }, "ended Pods could not be looked after"),
      );
    }
  }

  /** One look at all that is kept: the phases of their workflows are asked for at once. */
  async sweep(): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    const due = [...this.#kept.values()].filter(({ fromMs }) => fromMs <= nowMs);
    const claimed = this.#options.claims.workflows();
    const phaseOf = await this.#phasesOf([
      ...due.map(({ task }) => ({ namespace: task.namespace, name: task.workflowName, uid: task.workflowUid })),
      ...claimed,
    ]);
    const overflow = new Set([...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - this.#options.keptMax)));
    const going = due.filter((kept) => overflow.has(kept.task.id) || mayGo(kept, phaseOf.get(kept.task.workflowUid)));
    for (let from = 0; from < going.length; from += removalsAtOnce)
      await Promise.all(going.slice(from, from + removalsAtOnce).map(({ task }) => this.#remove(task)));
    for (const workflow of claimed) await this.#options.claims.release(workflow, phaseOf.get(workflow.uid) ?? "");
  }

  async #phasesOf(
    workflows: readonly { readonly namespace: string; readonly name: string; readonly uid: string }[],
  ): Promise<ReadonlyMap<string, WorkflowPhase | "absent">> {
    const distinct = [...new Map(workflows.map((workflow) => [workflow.uid, workflow])).values()];
    const phases = await this.#options.phases.phasesOf(distinct);
    return new Map(distinct.map(({ uid }, index) => [uid, phases[index] ?? ""]));
  }

  async #remove(task: Task): Promise<void> {
    await this.#options.control.remove(task, 0);
    this.#kept.delete(task.id);
  }

  /** A Pod that goes by itself alone need not wait for the next look at workflows. */
  #nextDueMs(): number {
    const nowMs = this.#options.clock.nowMs();
    let next = lookEveryMs;
    for (const kept of this.#kept.values())
      if (mayGo(kept, "Running")) next = Math.min(next, Math.max(100, kept.fromMs - nowMs));
    return next;
  }
}

/** Does the policy let this Pod go when its workflow is in that phase? */
export function mayGo(kept: Omit<KeptPod, "fromMs">, phase: WorkflowPhase | "absent" | undefined): boolean {
  const { task, succeeded, labels } = kept;
  if (phase === "absent") return true;
  if (!matchesLabels(labels, objectAt(podGcOf(task), "labelSelector"))) return false;
  const isCompleted = phase === "Succeeded" || phase === "Failed" || phase === "Error";
  switch (strategyOf(task)) {
    case "OnPodCompletion":
      return true;
    case "OnPodSuccess":
      return succeeded;
    case "OnWorkflowCompletion":
      return isCompleted;
    case "OnWorkflowSuccess":
      return phase === "Succeeded";
    case "OnWorkflowDeletion":
      return false;
  }
}

function strategyOf(task: Task): Strategy {
  const strategy = textAt(podGcOf(task), "strategy");
  return strategy === "OnPodCompletion" ||
    strategy === "OnPodSuccess" ||
    strategy === "OnWorkflowCompletion" ||
    strategy === "OnWorkflowSuccess"
    ? strategy
    : "OnWorkflowDeletion";
}

function podGcOf(task: Task): JsonObject | undefined {
  return objectAt(task.podDefaults, "podGC");
}

function delayMsOf(task: Task): number {
  const delay = parseGoDuration(textAt(podGcOf(task), "deleteDelayDuration") ?? "");
  return delay.ok ? Math.max(minimumDelayMs, delay.value) : delayMsDefault;
}
