import {
  type Clock,
  formatTimestamp,
  type Inbox,
  type JsonObject,
  shardOf,
  type WorkflowHeaders,
  type WorkflowReader,
} from "@capstan/core";
import { Informer, type InformerChange, type KubeClient, KubeError, objectKey, pathOf } from "@capstan/kubernetes";
import { ApiError, toApiError } from "../http/api-error.ts";
import type { Logger } from "../logger.ts";
import { isFromObject, kubernetesOrigin, originLabel } from "../workflow-origin.ts";
import { Arrivals } from "./arrivals.ts";
import { EventRecorder } from "./event-recorder.ts";
import { KeyedQueue } from "./keyed-queue.ts";
import type { ObjectAdmission } from "./object-admission.ts";
import { plainStatusPatch } from "./status-patch.ts";
import { StatusWriter } from "./status-writer.ts";
import { Wishes } from "./wishes.ts";
import { workflowEvents } from "./workflow-events.ts";
import { intentOf, type KnownName } from "./workflow-intent.ts";
import { controlsOf, slimWorkflow, type WorkflowObject, workflowType } from "./workflow-object.ts";

export interface WorkflowBridgeOptions {
  readonly client: KubeClient;
  readonly inbox: Inbox;
  readonly reader: WorkflowReader;
  readonly headers: WorkflowHeaders;
  readonly admission: ObjectAdmission;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shardCount: number;
  /** The shards that this coordinator owns now: it acts for their workflows, and others for theirs. */
  readonly ownedShards: () => readonly number[];
  /** One namespace, or all. */
  readonly namespace?: string;
}

const atOnceMax = 16;
const retryMs = { least: 500, most: 30_000 };
const ownershipLookMs = 1_000;
const pageSize = 500;
/** More than a log keeps of a workflow that was deleted: only that. */
const changesOfDeleted = 1_000;

/**
 * Makes workflows of the cluster's Workflow objects, and shows on the objects what became of them. The objects are wishes, the store is
 * the truth: what kubectl applies is submitted once under the object's own uid, what it patches or deletes is carried out, and the status
 * follows the commits. Every coordinator watches; for each workflow the owner of its shard acts.
 */
export class WorkflowBridge {
  readonly #options: WorkflowBridgeOptions;
  readonly #informer: Informer<WorkflowObject>;
  readonly #queue: KeyedQueue;
  readonly #writer: StatusWriter;
  readonly #events: EventRecorder;
  readonly #arrivals: Arrivals;
  readonly #keys = new Map<string, string>();
  readonly #wishes = new Wishes();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #owned: ReadonlySet<number> = new Set();
  #unsubscribe: (() => Promise<void>) | undefined;
  #ownershipTimer: NodeJS.Timeout | undefined;

  constructor(options: WorkflowBridgeOptions) {
    this.#options = options;
    const { client, logger, namespace } = options;
    const onError = (error: unknown): void =>
      logger.warn({ error: String(error) }, "the watch over the cluster's objects broke off, taking it up again");
    this.#queue = new KeyedQueue(atOnceMax, (key) => this.#reconcile(key));
    this.#arrivals = new Arrivals({
      client,
      onError,
      onArrival: (key) => this.#queue.add(key),
      ...(namespace && { namespace }),
    });
    this.#informer = new Informer<WorkflowObject>({
      client,
      onError,
      path: pathOf(workflowType, namespace),
      keep: slimWorkflow,
      onChange: (change) => this.#seen(change),
    });
    this.#events = new EventRecorder({ client, logger, clock: options.clock });
    this.#writer = new StatusWriter({
      ...{ client, logger, clock: options.clock, reader: options.reader, headers: options.headers },
      events: this.#events,
      find: (uid) => this.#find(uid),
      wishes: this.#wishes,
      onAbsent: (uid) => void this.#removeIfDeleted(uid),
    });
  }

  /** Resolves when the objects that are there have been read. Rejects when the cluster does not know them or refuses. */
  async start(): Promise<void> {
    this.#unsubscribe = await this.#options.reader.subscribe(
      (_, uid) => {
        if (this.#keys.has(uid)) this.#writer.mark(uid);
      },
      () => this.#takeUp(this.#owned),
    );
    this.#owned = new Set(this.#options.ownedShards());
    await this.#informer.start();
    this.#takeUp(this.#owned);
    this.#ownershipTimer = setInterval(() => this.#lookAtOwnership(), ownershipLookMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#ownershipTimer);
    this.#queue.close();
    this.#writer.close();
    this.#arrivals.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#unsubscribe?.();
    await this.#informer.stop();
  }

  #seen({ type, object }: InformerChange<WorkflowObject>): void {
    const key = objectKey(object);
    const uid = object.metadata.uid ?? "";
    if (type === "deleted") {
      this.#keys.delete(uid);
      this.#wishes.forget(uid);
      this.#failures.delete(key);
      this.#writer.forget(uid);
      this.#arrivals.cancel(key);
      void this.#deleteWorkflow(object.metadata.namespace ?? "", object.metadata.name ?? "", uid);
      return;
    }
    this.#keys.set(uid, key);
    this.#queue.add(key);
  }

  #find(uid: string): { readonly object: WorkflowObject; readonly shard: number } | undefined {
    const object = this.#objectAt(this.#keys.get(uid) ?? "");
    if (object === undefined || object.metadata.uid !== uid) return undefined;
    const shard = this.#shardOf(object);
    return this.#owned.has(shard) ? { object, shard } : undefined;
  }

  #objectAt(key: string): WorkflowObject | undefined {
    const [namespace = "", name = ""] = key.split("/");
    return this.#informer.get(namespace, name);
  }

  #shardOf({ metadata: { namespace = "", name = "" } }: WorkflowObject): number {
    return shardOf(namespace, name, this.#options.shardCount);
  }

  /** One object's wish, whatever it is now. */
  async #reconcile(key: string): Promise<void> {
    const object = this.#objectAt(key);
    if (object === undefined || !this.#owned.has(this.#shardOf(object))) return;
    try {
      await this.#carryOut(key, object);
      this.#failures.delete(key);
    } catch (error) {
      this.#options.logger.warn(
        { workflow: key, error: String(error) },
        "an object could not be acted on, trying again",
      );
      this.#again(key);
    }
  }

  async #carryOut(key: string, object: WorkflowObject): Promise<void> {
    const { inbox, clock } = this.#options;
    const shard = this.#shardOf(object);
    const { uid = "" } = object.metadata;
    const known = await this.#knownName(object, shard);
    const intent = intentOf(object, known, this.#wishes.lastOf(object, clock.nowMs()));
    switch (intent.kind) {
      case "nothing":
        if (known.holderUid === uid) this.#writer.mark(uid);
        return;
      case "submit":
        return this.#submit(key, object, shard);
      case "control":
        await inbox.append(
          shard,
          intent.events.map((event) => ({ workflowUid: uid, event })),
        );
        this.#wishes.add(uid, controlsOf(object), clock.nowMs());
        return this.#writer.mark(uid);
      case "remove":
        return this.#removeObject(uid);
      case "displace":
        await inbox.append(shard, [{ workflowUid: intent.uid, event: { type: "delete-requested" } }]);
        return this.#again(key);
      case "refuse":
        return this.#writePlain(object, "Error", intent.message);
    }
  }

  async #knownName({ metadata }: WorkflowObject, shard: number): Promise<KnownName> {
    const { namespace = "", name = "", uid = "" } = metadata;
    const holderUid = await this.#options.inbox.findUid(shard, namespace, name);
    if (holderUid === uid) return { holderUid, isHolderFromCluster: true, wasDeleted: false };
    const [isHolderFromCluster, wasDeleted] = await Promise.all([
      holderUid !== undefined && this.#isFromCluster(shard, holderUid),
      this.#wasDeleted(shard, uid),
    ]);
    return { holderUid, isHolderFromCluster, wasDeleted };
  }

  async #isFromCluster(shard: number, uid: string): Promise<boolean> {
    const stored = await this.#options.reader.get(shard, uid);
    return stored !== undefined && isFromObject(stored.bundle);
  }

  /** A workflow that never was has no changes, and one that is has them and is not deleted. */
  async #wasDeleted(shard: number, uid: string): Promise<boolean> {
    const { changes } = await this.#options.reader.readChanges(shard, uid, "", changesOfDeleted);
    return changes.at(-1)?.deleted === true;
  }

  async #submit(key: string, object: WorkflowObject, shard: number): Promise<void> {
    const { client, inbox, admission } = this.#options;
    const { namespace = "", name = "", uid = "" } = object.metadata;
    let whole: JsonObject;
    try {
      whole = await client.get<JsonObject>(pathOf(workflowType, namespace, name));
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return;
      throw error;
    }
    const admitted = await admission.admit(whole, namespace, uid).catch((error: unknown) => {
      if (error instanceof ApiError) return { kind: "invalid" as const, message: error.message };
      if (error instanceof KubeError && !error.isTransient) return { kind: "refused" as const, error };
      throw error;
    });
    if (admitted.kind === "invalid") {
      this.#arrivals.cancel(key);
      return this.#writePlain(object, "Error", `invalid spec: ${admitted.message}`);
    }
    if (admitted.kind === "refused") {
      // Somebody may grant the right that is missing: nothing tells when, so it is tried again.
      await this.#writePlain(object, "Pending", toApiError(admitted.error).message);
      throw admitted.error;
    }
    if (admitted.kind === "waits") {
      // What came after it was looked for, and before anybody listened, is not missed: the status that is written now wakes us up again.
      this.#arrivals.wait(key, admitted.for);
      return this.#writePlain(object, "Pending", admitted.message);
    }
    this.#arrivals.cancel(key);
    const result = await inbox.submit(shard, admitted.bundle);
    if (!result.accepted) this.#again(key);
  }

  async #writePlain(object: WorkflowObject, phase: "Pending" | "Error", message: string): Promise<void> {
    const { client, clock } = this.#options;
    const { namespace, name } = object.metadata;
    const nowMs = clock.nowMs();
    const current = this.#objectAt(objectKey(object)) ?? object;
    // What is written wakes us up again: the same must not be written twice.
    if (current.status?.message === message && current.status.phase === phase) return;
    const operations = plainStatusPatch(current, phase, message, formatTimestamp(nowMs));
    const events = workflowEvents(current.status?.phase, { phase, message, finishedAtMs: nowMs });
    try {
      await client.patch(pathOf(workflowType, namespace, name), operations, "json");
      await this.#events.record(current, events);
    } catch (error) {
      if (!(error instanceof KubeError && [404, 409, 422].includes(error.status))) throw error;
    }
  }

  /** The object is gone: so is what it stood for. */
  async #deleteWorkflow(namespace: string, name: string, uid: string): Promise<void> {
    const { inbox, shardCount, logger } = this.#options;
    const shard = shardOf(namespace, name, shardCount);
    if (!this.#owned.has(shard)) return;
    try {
      if ((await inbox.findUid(shard, namespace, name)) === uid)
        await inbox.append(shard, [{ workflowUid: uid, event: { type: "delete-requested" } }]);
    } catch (error) {
      logger.warn(
        { workflow: `${namespace}/${name}`, error: String(error) },
        "a deletion could not be noted, trying again",
      );
      this.#after(retryMs.least, () => void this.#deleteWorkflow(namespace, name, uid));
    }
  }

  async #removeIfDeleted(uid: string): Promise<void> {
    const found = this.#find(uid);
    if (found === undefined) return;
    try {
      if (await this.#wasDeleted(found.shard, uid)) await this.#removeObject(uid);
    } catch {
      this.#queue.add(objectKey(found.object));
    }
  }

  async #removeObject(uid: string): Promise<void> {
    const object = this.#objectAt(this.#keys.get(uid) ?? "");
    if (object === undefined) return;
    try {
      const { namespace, name } = object.metadata;
      await this.#options.client.remove(pathOf(workflowType, namespace, name), { preconditions: { uid } });
    } catch (error) {
      if (error instanceof KubeError && [404, 409].includes(error.status)) return;
      this.#after(retryMs.most, () => void this.#removeObject(uid));
    }
  }

  #lookAtOwnership(): void {
    const owned = new Set(this.#options.ownedShards());
    const gained = new Set([...owned].filter((shard) => !this.#owned.has(shard)));
    this.#owned = owned;
    if (gained.size > 0) this.#takeUp(gained);
  }

  /** Everything of shards that are new here: objects to act for, and workflows whose objects went while nobody looked. */
  #takeUp(shards: ReadonlySet<number>): void {
    for (const object of this.#informer.values())
      if (shards.has(this.#shardOf(object))) this.#queue.add(objectKey(object));
    this.#sweep(shards).catch((error: unknown) => {
      this.#options.logger.warn({ error: String(error) }, "deleted objects could not be looked for, trying again");
      this.#after(retryMs.most, () => this.#takeUp(shards));
    });
  }

  async #sweep(shards: ReadonlySet<number>): Promise<void> {
    const { reader, client, namespace: watched } = this.#options;
    let continueToken: string | undefined;
    do {
      const page = await reader.list({
        limit: pageSize,
        labels: [{ key: originLabel, operator: "=", values: [kubernetesOrigin] }],
        ...(watched !== undefined && { namespace: watched }),
        ...(continueToken !== undefined && { continueToken }),
      });
      for (const { uid, shard, namespace, name } of page.items) {
        if (!shards.has(shard) || this.#keys.has(uid)) continue;
        // Another coordinator may know a newer state of the cluster than this watch: the API server has the last word.
        const object = await client.get<WorkflowObject>(pathOf(workflowType, namespace, name)).catch(absent);
        if (object?.metadata.uid === uid || !(await this.#isFromCluster(shard, uid))) continue;
        await this.#deleteWorkflow(namespace, name, uid);
      }
      continueToken = page.continueToken;
    } while (continueToken !== undefined);
  }

  #again(key: string): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#after(Math.min(retryMs.most, retryMs.least * 2 ** (failures - 1)), () => this.#queue.add(key));
  }

  #after(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }
}

function absent(error: unknown): undefined {
  if (error instanceof KubeError && error.status === 404) return undefined;
  throw error;
}
