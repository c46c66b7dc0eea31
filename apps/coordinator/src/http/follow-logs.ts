import { type NodeStatus, podNameOf, taskId } from "@capstan/core";
import { BoundedChannel } from "./bounded-channel.ts";
import type { HttpContext } from "./context.ts";
import { limits } from "./limits.ts";
import type { LogOfPod, SourcedLine } from "./log-merge.ts";
import type { WorkflowPlace } from "./workflow-lookup.ts";

const linesInFlightMax = 256;

/** The lines of all pods as they come, those of pods that start later too; ends with the workflow. */
export class LogFollower {
  readonly #context: HttpContext;
  readonly #place: WorkflowPlace;
  readonly #signal: AbortSignal;
  readonly #channel = new BoundedChannel<SourcedLine>(linesInFlightMax);
  readonly #seen = new Set<string>();
  readonly #waiting: LogOfPod[] = [];
  readonly #onFailure: (podName: string, error: unknown) => void;
  #open = 0;
  #workflowEnded = false;

  constructor(
    context: HttpContext,
    place: WorkflowPlace,
    signal: AbortSignal,
    onFailure: (podName: string, error: unknown) => void,
  ) {
    this.#context = context;
    this.#place = place;
    this.#signal = signal;
    this.#onFailure = onFailure;
  }

  /** Calls `podsOf` with nodes that changed, and follows what it answers. */
  async *lines(podsOf: (nodes: readonly NodeStatus[]) => readonly LogOfPod[]): AsyncGenerator<SourcedLine> {
    const stopped = new AbortController();
    const signal = AbortSignal.any([this.#signal, stopped.signal]);
    const watching = this.#watchNodes(podsOf, signal).catch((error: unknown) => {
      this.#onFailure(this.#place.name, error);
      this.#workflowEnded = true;
      this.#closeWhenDone();
    });
    try {
      for (let line = await this.#channel.take(); line !== undefined; line = await this.#channel.take()) yield line;
    } finally {
      stopped.abort();
      this.#channel.close();
      await watching;
    }
  }

  async #watchNodes(podsOf: (nodes: readonly NodeStatus[]) => readonly LogOfPod[], signal: AbortSignal): Promise<void> {
    const { reader, clock } = this.#context.dependencies;
    const { shard, uid } = this.#place;
    const { wakeup, stop } = this.#context.feed.watchWorkflow(uid);
    signal.addEventListener("abort", () => this.#channel.close(), { once: true });
    try {
      let lastId = await reader.lastChangeId(shard, uid);
      let stored = await reader.get(shard, uid);
      if (stored !== undefined) this.#follow(podsOf(stored.nodes));
      while (stored !== undefined && !signal.aborted) {
        if (stored.header.finishedAtMs !== undefined) break;
        const page = await reader.readChanges(shard, uid, lastId, limits.changesPerRead);
        if (page.missed) {
          lastId = await reader.lastChangeId(shard, uid);
          stored = await reader.get(shard, uid);
          if (stored !== undefined) this.#follow(podsOf(stored.nodes));
          continue;
        }
        for (const change of page.changes) {
          lastId = change.id;
          this.#follow(podsOf(change.nodes));
          if (change.header !== undefined) stored = { ...stored, header: change.header };
          if (change.deleted) return;
        }
        if (page.changes.length === 0) await wakeup.wait(clock, limits.watchPollMs, signal);
      }
    } finally {
      stop();
      this.#workflowEnded = true;
      this.#closeWhenDone();
    }
  }

  #follow(pods: readonly LogOfPod[]): void {
    for (const pod of pods) {
      if (this.#seen.has(pod.taskId)) continue;
      this.#seen.add(pod.taskId);
      this.#waiting.push(pod);
    }
    this.#openWaiting();
  }

  #openWaiting(): void {
    while (this.#open < limits.followedLogsMax) {
      const pod = this.#waiting.shift();
      if (pod === undefined) return;
      this.#open++;
      void this.#pump(pod).finally(() => {
        this.#open--;
        this.#openWaiting();
        this.#closeWhenDone();
      });
    }
  }

  async #pump(pod: LogOfPod): Promise<void> {
    try {
      for await (const line of pod.open()) {
        if (!(await this.#channel.push({ ...line, podName: pod.podName }))) return;
      }
    } catch (error) {
      if (!this.#signal.aborted) this.#onFailure(pod.podName, error);
    }
  }

  #closeWhenDone(): void {
    if (this.#workflowEnded && this.#open === 0 && this.#waiting.length === 0) this.#channel.close();
  }
}

/** What has or had a log: the pods that were started. */
export function isLogged(node: NodeStatus): boolean {
  return node.type === "Pod" && node.phase !== "Pending" && (node.attempt ?? 0) > 0;
}

export function podOf(workflowName: string, node: NodeStatus): string {
  return podNameOf(workflowName, node.id, node.templateName ?? node.templateRef?.template);
}

export function taskOf(uid: string, node: NodeStatus): string {
  return taskId(uid, node.id, node.attempt ?? 0);
}
