import type { Clock, WorkflowHeader, WorkflowHeaders, WorkflowReader } from "@capstan/core";
import { type KubeClient, KubeError, pathOf } from "@capstan/kubernetes";
import type { Logger } from "../logger.ts";
import { KeyedQueue } from "./keyed-queue.ts";
import { projectedNodesMax, projectedStatus, statusPatch } from "./status-patch.ts";
import { isFinal, type WorkflowObject, workflowType } from "./workflow-object.ts";

export interface StatusWriterOptions {
  readonly client: KubeClient;
  readonly reader: WorkflowReader;
  readonly headers: WorkflowHeaders;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The object as it is now, and the shard of its workflow; undefined where it is not ours to write. */
  readonly find: (uid: string) => { readonly object: WorkflowObject; readonly shard: number } | undefined;
  /** Is a change of the object's spec on its way that the workflow does not show yet? */
  readonly isActing: (uid: string, header: WorkflowHeader) => boolean;
  /** The workflow was there and was deleted in the store, and its object is still there. */
  readonly onAbsent: (uid: string) => void;
}

interface Written {
  atMs: number;
  phase: string;
  /** How long until the next write: large objects are written less often. */
  pauseMs: number;
}

const writesAtOnce = 8;
const pauseMsMin = 1_000;
/** A write costs the API server its size: this many bytes a second and workflow. */
const bytesPerSecond = 200 * 1024;
const lookAgainMs = 200;
const retryMs = 1_000;

/** Keeps the status of objects in step with what is committed: at once when the phase changes, else about once a second. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #queue = new KeyedQueue(writesAtOnce, (uid) => this.#look(uid));
  readonly #written = new Map<string, Written>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Workflows that were seen committed. One that is accepted and not yet committed is absent too. */
  readonly #seen = new Set<string>();

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** The workflow has changed, or its object has. */
  mark(uid: string): void {
    this.#queue.add(uid);
  }

  /** The object is gone. */
  forget(uid: string): void {
    this.#calm(uid);
    this.#seen.delete(uid);
  }

  #calm(uid: string): void {
    clearTimeout(this.#timers.get(uid));
    this.#timers.delete(uid);
    this.#written.delete(uid);
  }

  close(): void {
    this.#queue.close();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #look(uid: string): Promise<void> {
    const { find, headers, clock, logger, onAbsent } = this.#options;
    const found = find(uid);
    if (found === undefined) return;
    try {
      const read = await headers.read(found.shard, uid);
      if (read === undefined) {
        if (this.#seen.delete(uid)) onAbsent(uid);
        return;
      }
      this.#seen.add(uid);
      const { header, nodeCount } = read;
      const last = this.#written.get(uid);
      const dueMs = last === undefined || last.phase !== header.phase ? 0 : last.atMs + last.pauseMs - clock.nowMs();
      if (dueMs > 0) this.#later(uid, Math.min(dueMs, lookAgainMs));
      else await this.#write(uid, found, header, nodeCount);
    } catch (error) {
      // Somebody changed the object: the watch brings it, and that marks the workflow again.
      if (error instanceof KubeError && [404, 409, 422].includes(error.status)) this.#later(uid, retryMs);
      else {
        logger.warn({ uid, error: String(error) }, "a workflow's status could not be written, trying again");
        this.#later(uid, retryMs);
      }
    }
  }

  async #write(
    uid: string,
    { object, shard }: { readonly object: WorkflowObject; readonly shard: number },
    header: WorkflowHeader,
    nodeCount: number,
  ): Promise<void> {
    const { client, reader, clock } = this.#options;
    const isLarge = nodeCount > projectedNodesMax;
    const stored = await reader.get(shard, uid);
    if (stored === undefined) return;
    const status = projectedStatus(isLarge ? { ...stored, nodes: [] } : stored, nodeCount);
    const operations = statusPatch(object, stored.header, status, this.#options.isActing(uid, stored.header));
    const bytes = JSON.stringify(operations).length;
    await client.patch(pathOf(workflowType, object.metadata.namespace, object.metadata.name), operations, "json");
    const pauseMs = Math.max(pauseMsMin, (bytes / bytesPerSecond) * 1_000);
    if (isFinal(stored.header.phase)) this.#calm(uid);
    else this.#written.set(uid, { atMs: clock.nowMs(), phase: stored.header.phase, pauseMs });
    // It may have moved on while it was written.
    if (header.phase !== stored.header.phase) this.#later(uid, lookAgainMs);
  }

  #later(uid: string, delayMs: number): void {
    if (this.#timers.has(uid)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(uid);
      this.#queue.add(uid);
    }, delayMs);
    this.#timers.set(uid, timer);
  }
}
