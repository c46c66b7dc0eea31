import {
  compareInboxIds,
  type Lease,
  type OutboxEntry,
  type OutboxMessage,
  type Task,
  type TaskFacts,
  type TaskFailure,
  type TaskQueue,
  type WorkflowIndexWriter,
} from "@capstan/core";
import type { ShardPorts } from "./shard-ports.ts";

type Cancellation = Parameters<TaskQueue["cancel"]>[0][number];
type IndexEntry = Parameters<WorkflowIndexWriter["put"]>[0][number];
type IndexRemoval = Parameters<WorkflowIndexWriter["remove"]>[0][number];

/**
 * Carries out what a shard's commits left in the outbox, in order, at least once, and then lets the outbox forget it.
 * The owner hands over what it has just committed, so that nothing is read back; what finds no room is read from the store.
 */
export class OutboxRelay {
  readonly #lease: Lease;
  readonly #ports: ShardPorts;
  readonly #stop = new AbortController();
  #queue: OutboxEntry[] = [];
  /** The store has entries after `#takenId` that the queue has not. */
  #behind = false;
  #takenId = "";
  #isRecovered = false;
  #running: Promise<void> | undefined;
  /** Carried out and not acknowledged yet, oldest first. */
  readonly #carried: { throughId: string; readonly fromMs: number; carriedAtMs: number }[] = [];
  readonly #incarnation: number;
  #isAcknowledging = false;
  #roomWaiters: (() => void)[] = [];

  constructor(lease: Lease, ports: ShardPorts) {
    this.#lease = lease;
    this.#ports = ports;
    this.#incarnation = ports.incarnation();
  }

  /**
   * Carries out what earlier owners left. Tasks that nobody waits for any more are dropped: the queue may have forgotten
   * them, and would run them again. Until this has resolved nothing that is offered is taken: it is read here.
   */
  async recover(isWanted: (task: Task) => Promise<boolean>): Promise<void> {
    const { store, settings } = this.#ports;
    for (;;) {
      const page = await store.readOutbox(this.#lease.shard, this.#takenId, settings.relayBatchMax);
      const last = page.at(-1);
      if (this.#stop.signal.aborted) return;
      if (last === undefined) break;
      const wanted: OutboxEntry[] = [];
      for (const entry of page) {
        if (entry.message.type !== "start-task" || (await isWanted(entry.message.task))) wanted.push(entry);
      }
      await this.#carryOutUntilDone(wanted);
      this.#taken(last.id);
      if (page.length < settings.relayBatchMax) break;
    }
    this.#isRecovered = true;
  }

  /** Takes what a commit has just put into the outbox. */
  offer(ids: readonly string[], messages: readonly OutboxMessage[]): void {
    if (messages.length === 0 || !this.#isRecovered || this.#stop.signal.aborted) return;
    if (this.#behind || this.#queue.length + messages.length > this.#ports.settings.relayQueueMax) {
      this.#behind = true;
    } else {
      for (const [index, message] of messages.entries()) this.#queue.push({ id: ids[index] ?? "", message });
    }
    this.#start();
  }

  /** Resolves when the relay keeps up: the shard decides no faster than the task queue takes. */
  async untilRoom(): Promise<void> {
    if (!this.#behind || this.#stop.signal.aborted) return;
    await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
  }

  /** Resolves when everything that was offered is carried out, or the relay was abandoned. The next owner carries out some of it again. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Ends at once: the rest is the next owner's. */
  abandon(): void {
    this.#stop.abort();
    this.#queue = [];
    this.#freeWaiters();
  }

  /** All up to this id has been carried out. */
  get carriedId(): string {
    return this.#takenId;
  }

  get #hasWork(): boolean {
    return (this.#behind || this.#queue.length > 0) && !this.#stop.signal.aborted;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#hasWork) this.#start();
    });
  }

  async #run(): Promise<void> {
    while (this.#hasWork) {
      const entries =
        this.#queue.length > 0 ? this.#queue.splice(0, this.#ports.settings.relayBatchMax) : await this.#readBehind();
      const last = entries.at(-1);
      if (last !== undefined) {
        await this.#carryOutUntilDone(entries);
        if (this.#stop.signal.aborted) return;
        this.#taken(last.id);
      }
      if (!this.#behind) this.#freeWaiters();
    }
  }

  /** Reads what was not queued. What is offered meanwhile is queued again, and may be in the page as well. */
  async #readBehind(): Promise<readonly OutboxEntry[]> {
    const { store, settings, clock, logger } = this.#ports;
    this.#behind = false;
    try {
      const page = await store.readOutbox(this.#lease.shard, this.#takenId, settings.relayBatchMax);
      const lastId = page.at(-1)?.id ?? "";
      if (page.length < settings.relayBatchMax) {
        this.#queue = this.#queue.filter(({ id }) => compareInboxIds(id, lastId) > 0);
        return page;
      }
      this.#fallBehind();
      return page;
    } catch (error) {
      logger.warn({ shard: this.#lease.shard, error: String(error) }, "the outbox was not read, will retry");
      this.#fallBehind();
      await clock.sleep(settings.relayRetryMaxMs, this.#stop.signal);
      return [];
    }
  }

  #fallBehind(): void {
    this.#behind = true;
    this.#queue = [];
  }

  async #carryOutUntilDone(entries: readonly OutboxEntry[]): Promise<void> {
    const { clock, logger, settings } = this.#ports;
    let delayMs = settings.relayRetryMinMs;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#carryOut(entries);
        return;
      } catch (error) {
        logger.warn({ shard: this.#lease.shard, error: String(error) }, "commands not carried out, will retry");
        await clock.sleep(delayMs, this.#stop.signal);
        delayMs = Math.min(delayMs * 2, settings.relayRetryMaxMs);
      }
    }
  }

  async #carryOut(entries: readonly OutboxEntry[]): Promise<void> {
    const tasks: Task[] = [];
    const cancellations: Cancellation[] = [];
    const summaries = new Map<string, IndexEntry>();
    const removals: IndexRemoval[] = [];
    const failures: TaskFailure[] = [];
    const goodRuns: TaskFacts[] = [];
    for (const { id, message } of entries) {
      if (message.type === "start-task") tasks.push(message.task);
      else if (message.type === "cancel-task") cancellations.push(message);
      else if (message.type === "index-workflow") summaries.set(message.summary.uid, { version: id, ...message });
      else if (message.type === "record-failure") failures.push(message.failure);
      else if (message.type === "record-good-run") goodRuns.push(message.run);
      else removals.push({ version: id, uid: message.uid, namespace: message.namespace, name: message.name });
    }
    await Promise.all([
      this.#dispatch(tasks, cancellations),
      this.#keepIndex([...summaries.values()], removals),
      this.#record(failures, goodRuns),
    ]);
  }

  /** An attempt is started before it is cancelled, never the other way round, so all starts may go first. */
  async #dispatch(tasks: readonly Task[], cancellations: readonly Cancellation[]): Promise<void> {
    const { queue } = this.#ports;
    if (tasks.length > 0) await queue.add(tasks);
    if (cancellations.length > 0) await queue.cancel(cancellations);
  }

  async #keepIndex(summaries: readonly IndexEntry[], removals: readonly IndexRemoval[]): Promise<void> {
    const { index } = this.#ports;
    if (summaries.length > 0) await index.put(summaries);
    if (removals.length > 0) await index.remove(removals);
  }

  async #record(failures: readonly TaskFailure[], goodRuns: readonly TaskFacts[]): Promise<void> {
    const recorder = this.#ports.failures;
    if (failures.length > 0) await recorder.recordFailures(failures);
    if (goodRuns.length > 0) await recorder.recordGoodRuns(goodRuns);
  }

  #taken(id: string): void {
    this.#takenId = id;
    const nowMs = this.#ports.clock.nowMs();
    const last = this.#carried.at(-1);
    if (last !== undefined && nowMs - last.fromMs < this.#ports.settings.acknowledgeIntervalMs / 10) {
      last.throughId = id;
      last.carriedAtMs = nowMs;
    } else this.#carried.push({ throughId: id, fromMs: nowMs, carriedAtMs: nowMs });
    if (!this.#isAcknowledging) void this.#acknowledgeLater();
  }

  /**
   * A store may come back without its last second: with the outbox, but without what was put into the task queue. So what
   * is carried out stays in the outbox for longer than that, and a connection that was lost meanwhile ends the holding.
   */
  async #acknowledgeLater(): Promise<void> {
    const { clock, settings, store, logger } = this.#ports;
    this.#isAcknowledging = true;
    while (this.#carried.length > 0) {
      await clock.sleep(settings.acknowledgeIntervalMs, this.#stop.signal);
      if (this.#stop.signal.aborted || this.#ports.incarnation() !== this.#incarnation) break;
      const settled = this.#carried.filter(({ carriedAtMs }) => clock.nowMs() - carriedAtMs >= settings.settleMs);
      const last = settled.at(-1);
      if (last === undefined) continue;
      try {
        await store.acknowledgeOutbox(this.#lease, last.throughId);
        this.#carried.splice(0, settled.length);
      } catch (error) {
        // Said again at the next look; what is carried out twice meanwhile does no harm.
        logger.warn({ shard: this.#lease.shard, error: String(error) }, "outbox not acknowledged");
      }
    }
    this.#isAcknowledging = false;
  }

  #freeWaiters(): void {
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
  }
}
