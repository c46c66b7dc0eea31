import { type Clock, formatTimestamp } from "@capstan/core";
import { type KubeClient, KubeError } from "@capstan/kubernetes";
import type { Logger } from "../logger.ts";
import { toEventObject, type WorkflowEvent } from "./workflow-events.ts";
import type { WorkflowObject } from "./workflow-object.ts";

export interface EventRecorderOptions {
  readonly client: Pick<KubeClient, "create">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Tells the cluster of what happened. Nothing depends on it: what it cannot tell is left out. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  #isForbidden = false;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  /** In this order. Never rejects. */
  async record(object: WorkflowObject, events: readonly WorkflowEvent[]): Promise<void> {
    const { client, clock } = this.#options;
    const nowText = formatTimestamp(clock.nowMs());
    const path = `/api/v1/namespaces/${object.metadata.namespace}/events`;
    for (const event of events) {
      if (this.#isForbidden) return;
      await client.create(path, toEventObject(object, event, nowText)).catch((error: unknown) => this.#failed(error));
    }
  }

  #failed(error: unknown): void {
    const { logger } = this.#options;
    const isKnown = error instanceof KubeError && error.status === 409;
    // A namespace that is being deleted takes nothing, which says nothing of others.
    const isNamespaceGone =
      error instanceof KubeError && (error.status === 404 || /being terminated/.test(error.message));
    if (isKnown || isNamespaceGone) return;
    if (error instanceof KubeError && error.status === 403) {
      this.#isForbidden = true;
      logger.warn(
        { error: String(error) },
        "no Events of workflows are recorded: the role lacks the right to create them",
      );
    } else logger.debug({ error: String(error) }, "an Event of a workflow could not be recorded");
  }
}
