import {
  advanceBulkRetry,
  answerBulkRetry,
  type BulkRetry,
  type BulkRetryStore,
  compareInboxIds,
  fnv1a32,
  type RetryAnswer,
  type RetryTarget,
  shardOf,
  type WorkflowPhase,
} from "@capstan/core";
import type { HttpDependencies } from "../http/dependencies.ts";
import type { Logger } from "../logger.ts";
import { askForTarget } from "./retry-asking.ts";

export interface BulkRetriesOptions {
  readonly store: BulkRetryStore;
  readonly dependencies: HttpDependencies;
  readonly logger: Logger;
  /** Who owns the shard that an id falls into carries the bulk retry out. */
  readonly ownedShards: () => readonly number[];
  readonly tickMs?: number;
}

const tickMsDefault = 1_000;

/**
 * Carries bulk retries out, step by step. What is to be asked is saved before it is asked; a coordinator that takes over asks again. Two who do
 * so for a moment, while a shard moves, stand in each other's way at the save.
 */
export class BulkRetries {
  readonly #options: BulkRetriesOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: BulkRetriesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** One step of each bulk retry that is this coordinator's. */
  async tick(): Promise<void> {
    const { store, dependencies, logger, ownedShards } = this.#options;
    const owned = new Set(ownedShards());
    for (const id of await store.active()) {
      if (!owned.has(fnv1a32(id) % dependencies.shardCount)) continue;
      await this.#step(id).catch((error: unknown) =>
        logger.warn({ bulkRetry: id, error: String(error) }, "a bulk retry did not go on, will try again"),
      );
    }
  }

  async #run(): Promise<void> {
    const { logger, tickMs = tickMsDefault, dependencies } = this.#options;
    while (!this.#stop.signal.aborted) {
      await this.tick().catch((error: unknown) =>
        logger.warn({ error: String(error) }, "bulk retries were not looked at, will try again"),
      );
      await dependencies.clock.sleep(tickMs, this.#stop.signal);
    }
  }

  async #step(id: string): Promise<void> {
    const { store, dependencies } = this.#options;
    const stored = await store.get(id);
    if (stored === undefined) return;
    const { retry, version } = stored;
    const next = advanceBulkRetry(retry, await this.#phasesOf(retry));
    const hasChanged = JSON.stringify(next) !== JSON.stringify(retry);
    if (hasChanged && !(await store.save(next, version))) return;
    const asking = next.targets.filter(({ state }) => state === "asking");
    if (asking.length === 0) return;
    const answers = new Map<string, RetryAnswer>();
    const failures: unknown[] = [];
    for (const target of asking) {
      await askForTarget(dependencies, next.namespace, target, next.how).then(
        (answer) => answers.set(target.uid, answer),
        (error: unknown) => failures.push(error),
      );
    }
    // Somebody who halted it meanwhile goes first; what was asked for is found out at the next step.
    await store.save(answerBulkRetry(next, answers), version + (hasChanged ? 1 : 0));
    if (failures.length > 0) throw failures[0];
  }

  /** What has become of the targets that run, as far as it is known. */
  async #phasesOf({ namespace, targets }: BulkRetry): Promise<ReadonlyMap<string, WorkflowPhase | "absent">> {
    const { inbox, phases, shardCount } = this.#options.dependencies;
    const running = targets.filter(({ state }) => state === "running");
    const shardsOf = (target: RetryTarget): number => shardOf(namespace, runOf(target).name, shardCount);
    const watermarks = await inbox.watermarks([...new Set(running.map(shardsOf))]);
    const known = running.filter(
      (target) =>
        target.inboxId === undefined || compareInboxIds(watermarks.get(shardsOf(target)) ?? "", target.inboxId) >= 0,
    );
    const read = await phases.phasesOf(known.map((target) => ({ namespace, ...runOf(target) })));
    return new Map(known.map(({ uid }, index) => [uid, read[index] ?? "absent"]));
  }
}

/** The workflow in which a target is tried again. */
function runOf({ uid, name, again }: RetryTarget): { readonly uid: string; readonly name: string } {
  return again ?? { uid, name };
}
