import type { Clock, HeaderReading, WorkflowHeader, WorkflowHeaders, WorkflowReader } from "@capstan/core";
import { type KubeClient, KubeError, pathOf } from "@capstan/kubernetes";
import type { Logger } from "../logger.ts";
import type { EventRecorder } from "./event-recorder.ts";
import { KeyedQueue } from "./keyed-queue.ts";
import { isShown, type ProjectedState, projectedNodesMax, projectedStatus, statusPatch } from "./status-patch.ts";
import type { Wishes } from "./wishes.ts";
import { causesOf, workflowEvents } from "./workflow-events.ts";
import { isFinal, type WorkflowObject, workflowType } from "./workflow-object.ts";

export interface StatusWriterOptions {
  readonly client: KubeClient;
  readonly reader: WorkflowReader;
  readonly headers: WorkflowHeaders;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The object as it is now, and the shard of its workflow; undefined where it is not ours to write. */
  readonly find: (uid: string) => FoundObject | undefined;
  readonly wishes: Wishes;
  readonly events: EventRecorder;
  /** The store does not hold the workflow: not yet, or no longer. */
  readonly onAbsent: (uid: string) => void;
}

interface FoundObject {
  readonly object: WorkflowObject;
  readonly shard: number;
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
const retryMs = { least: 1_000, most: 60_000 };
/** So often in a row and somebody should know: once or twice it is a change that came between. */
const failuresQuietMax = 3;

/** Keeps the status of objects in step with what is committed: at once when the phase changes, else about once a second. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #queue = new KeyedQueue(writesAtOnce, (uid) => this.#look(uid));
  readonly #written = new Map<string, Written>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #failures = new Map<string, number>();
  /** Objects that the cluster did not take with their nodes: the spec counts too. */
  readonly #tooLarge = new Set<string>();

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
    this.#failures.delete(uid);
    this.#tooLarge.delete(uid);
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
    const { find, headers, onAbsent } = this.#options;
    const found = find(uid);
    if (found === undefined) return;
    try {
      const read = await headers.read(found.shard, uid);
      if (read === undefined) onAbsent(uid);
      else await this.#show(uid, found, read);
      this.#failures.delete(uid);
    } catch (error) {
      this.#failed(uid, error);
    }
  }

  async #show(uid: string, found: FoundObject, read: HeaderReading): Promise<void> {
    const { clock } = this.#options;
    const { header, version } = read;
    if (isShown(found.object, this.#stateOf(found.object, header, version))) return;
    const last = this.#written.get(uid);
    const dueMs = last === undefined || last.phase !== header.phase ? 0 : last.atMs + last.pauseMs - clock.nowMs();
    if (dueMs > 0) this.#later(uid, dueMs);
    else await this.#write(uid, found, read);
  }

  async #write(uid: string, { object, shard }: FoundObject, { nodeCount, version }: HeaderReading): Promise<void> {
    const { client, reader, clock, events } = this.#options;
    // It may hold more than the version says: what came since is told, and then it is written again.
    const stored = await reader.get(shard, uid);
    if (stored === undefined) return;
    const { header } = stored;
    const hasNodes = nodeCount <= projectedNodesMax && !this.#tooLarge.has(uid);
    const status = projectedStatus(hasNodes ? stored : { ...stored, nodes: [] }, nodeCount);
    const operations = statusPatch(object, this.#stateOf(object, header, version), status);
    const isNews = object.status?.phase !== header.phase;
    const causes = isNews && nodeCount <= projectedNodesMax ? causesOf(stored) : [];
    // Beside the patch, not after it: who is killed in between does both again, and the cluster knows the events by their names.
    await Promise.all([
      client.patch(pathOf(workflowType, object.metadata.namespace, object.metadata.name), operations, "json"),
      isNews && events.record(object, workflowEvents(object.status?.phase, header, causes)),
    ]);
    const bytes = Buffer.byteLength(JSON.stringify(operations));
    const pauseMs = Math.max(pauseMsMin, (bytes / bytesPerSecond) * 1_000);
    if (isFinal(header.phase)) this.#calm(uid);
    else this.#written.set(uid, { atMs: clock.nowMs(), phase: header.phase, pauseMs });
  }

  #stateOf(object: WorkflowObject, header: WorkflowHeader, version: string): ProjectedState {
    const { wishes, clock } = this.#options;
    return { header, version, ...wishes.actedOn(object, header, version, clock.nowMs()) };
  }

  #failed(uid: string, error: unknown): void {
    const isRefused = error instanceof KubeError && !error.isTransient;
    if (isTooLarge(error) && !this.#tooLarge.has(uid)) {
      this.#tooLarge.add(uid);
      this.#queue.add(uid);
      return;
    }
    const failures = (this.#failures.get(uid) ?? 0) + 1;
    this.#failures.set(uid, failures);
    // Somebody changed the object, or it went: the watch brings that. What goes on being refused is refused for another reason.
    if (!isRefused || failures > failuresQuietMax)
      this.#options.logger.warn(
        { uid, error: String(error) },
        "a workflow's status could not be written, trying again",
      );
    this.#later(uid, Math.min(retryMs.most, retryMs.least * 2 ** (failures - 1)));
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

/** The API server's own limit, or etcd's, which comes as an internal error. */
function isTooLarge(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 413 || /too large/i.test(error.message));
}
