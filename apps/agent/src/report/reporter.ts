import { type Clock, compareInboxIds, type Inbox, shardOf, type Task } from "@capstan/core";
import type { Logger } from "../logger.ts";
import { type PendingReport, type Report, reportBytes } from "./report.ts";

export interface ReporterOptions {
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shardCount: number;
  /** Called once the task's `finished` is committed and can no longer be lost with the store's last second. */
  readonly onConfirmed: (taskId: string) => void;
  readonly limits?: Partial<ReporterLimits>;
}

export interface ReporterLimits {
  /** How long a `started` waits for its `finished`: a task that short is one report instead of two. */
  readonly coalesceMs: number;
  readonly watermarkPollMs: number;
  /** A store may lose its last second in a crash, so what is confirmed is kept this much longer and repeated if the connection broke meanwhile. */
  readonly settleMs: number;
  readonly retryDelayMs: number;
  readonly batchMax: number;
  /** With more unconfirmed than this, `finished` waits: its task keeps its place and the agent pulls less. */
  readonly unconfirmedMax: number;
  readonly unconfirmedBytesMax: number;
}

export const reporterDefaults: ReporterLimits = {
  coalesceMs: 3,
  watermarkPollMs: 500,
  settleMs: 3_000,
  retryDelayMs: 250,
  batchMax: 500,
  unconfirmedMax: 50_000,
  unconfirmedBytesMax: 256 * 1024 * 1024,
};

/**
 * Carries reports into the shards' inboxes, in order for each shard, and repeats them until the shard's watermark shows them committed.
 * A report may arrive twice; it never stays away while this process lives.
 */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #limits: ReporterLimits;
  readonly #lanes = new Map<number, Lane>();
  readonly #appendWaiters = new Map<PendingReport, () => void>();
  readonly #stop = new AbortController();
  #heldCount = 0;
  #heldBytes = 0;
  #polling: Promise<void> | undefined;
  #roomWaiters: (() => void)[] = [];

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#limits = { ...reporterDefaults, ...options.limits };
  }

  /** Queues a `started` or `progressed`; a newer progress replaces one that has not left yet. */
  note(task: Task, report: Report): void {
    const lane = this.#laneOf(task);
    if (report.type === "task-progressed") this.#withdraw(lane, task.id, "task-progressed");
    this.#enqueue(lane, task, report);
    this.#pumpSoon(lane, report.type === "task-started" ? this.#limits.coalesceMs : 0);
  }

  /** Resolves when the `finished` is in the inbox and the reporter has room for more; from then on the task's place in the queue may go. Rejects when closed before. */
  async finished(task: Task, report: Report): Promise<void> {
    const lane = this.#laneOf(task);
    // The outcome says all that a started or progress report would, so what has not left yet need not leave.
    this.#withdraw(lane, task.id, "task-started");
    this.#withdraw(lane, task.id, "task-progressed");
    const pending = this.#enqueue(lane, task, report);
    const appended = new Promise<void>((resolve) => this.#appendWaiters.set(pending, resolve));
    this.#pumpSoon(lane, 0);
    await this.#orClosed(appended);
    while (this.#isFull()) await this.#orClosed(new Promise<void>((resolve) => this.#roomWaiters.push(resolve)));
  }

  /** Reports that are not yet confirmed for good. */
  get unconfirmed(): number {
    return this.#heldCount;
  }

  /** Tries for graceMs to get everything appended, then stops. What is unconfirmed is repeated by the successor from the runtime's leftovers. */
  async close(graceMs: number): Promise<void> {
    const untilMs = this.#options.clock.nowMs() + graceMs;
    while (this.#hasUnsent() && this.#options.clock.nowMs() < untilMs) {
      for (const lane of this.#lanes.values()) this.#pumpSoon(lane, 0);
      await this.#options.clock.sleep(5);
    }
    this.#stop.abort();
    await this.#polling;
    await Promise.all([...this.#lanes.values()].map((lane) => lane.pumping));
  }

  #hasUnsent(): boolean {
    for (const lane of this.#lanes.values()) if (lane.unsent.length > 0 || lane.pumping !== undefined) return true;
    return false;
  }

  #laneOf(task: Task): Lane {
    const shard = shardOf(task.namespace, task.workflowName, this.#options.shardCount);
    const known = this.#lanes.get(shard);
    if (known !== undefined) return known;
    const lane: Lane = { shard, unsent: [], sent: [], pumping: undefined, wakeNow: undefined };
    this.#lanes.set(shard, lane);
    return lane;
  }

  #enqueue(lane: Lane, task: Task, report: Report): PendingReport {
    const pending: PendingReport = {
      shard: lane.shard,
      workflowUid: task.workflowUid,
      taskId: task.id,
      report,
      bytes: reportBytes(report),
      incarnation: -1,
    };
    lane.unsent.push(pending);
    this.#heldCount += 1;
    this.#heldBytes += pending.bytes;
    return pending;
  }

  #withdraw(lane: Lane, taskId: string, type: Report["type"]): void {
    const index = lane.unsent.findLastIndex((one) => one.taskId === taskId && one.report.type === type);
    const [withdrawn] = index < 0 ? [] : lane.unsent.splice(index, 1);
    if (withdrawn !== undefined) this.#drop(withdrawn);
  }

  #drop(pending: PendingReport): void {
    this.#heldCount -= 1;
    this.#heldBytes -= pending.bytes;
    if (this.#roomWaiters.length === 0 || this.#isFull()) return;
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
  }

  #isFull(): boolean {
    return this.#heldCount > this.#limits.unconfirmedMax || this.#heldBytes > this.#limits.unconfirmedBytesMax;
  }

  #pumpSoon(lane: Lane, delayMs: number): void {
    if (this.#stop.signal.aborted) return;
    if (lane.pumping === undefined) {
      lane.pumping = this.#pump(lane, delayMs).finally(() => {
        lane.pumping = undefined;
        if (lane.unsent.length > 0) this.#pumpSoon(lane, 0);
      });
    } else if (delayMs === 0) lane.wakeNow?.();
  }

  async #pump(lane: Lane, delayMs: number): Promise<void> {
    if (delayMs > 0) await this.#nap(lane, delayMs);
    while (lane.unsent.length > 0 && !this.#stop.signal.aborted) {
      const batch = lane.unsent.splice(0, this.#limits.batchMax);
      if (await this.#append(lane, batch)) continue;
      lane.unsent.unshift(...batch);
      await this.#options.clock.sleep(this.#limits.retryDelayMs, this.#stop.signal);
    }
  }

  async #nap(lane: Lane, delayMs: number): Promise<void> {
    const alarm = new AbortController();
    lane.wakeNow = () => alarm.abort();
    await this.#options.clock.sleep(delayMs, AbortSignal.any([alarm.signal, this.#stop.signal]));
    lane.wakeNow = undefined;
  }

  async #append(lane: Lane, batch: PendingReport[]): Promise<boolean> {
    const { inbox, logger } = this.#options;
    // Read before the append: a connection lost in between makes the report count as appended to the older store, and it is repeated.
    const incarnation = inbox.incarnation();
    try {
      const ids = await inbox.append(
        lane.shard,
        batch.map(({ workflowUid, report }) => ({ workflowUid, event: report })),
      );
      for (const [index, pending] of batch.entries()) {
        pending.inboxId = ids[index] ?? "";
        pending.incarnation = incarnation;
        this.#appendWaiters.get(pending)?.();
        this.#appendWaiters.delete(pending);
      }
      lane.sent.push(...batch);
      this.#polling ??= this.#poll().finally(() => {
        this.#polling = undefined;
      });
      return true;
    } catch (error) {
      logger.warn(
        { shard: lane.shard, reports: batch.length, error: String(error) },
        "reports not appended, will retry",
      );
      return false;
    }
  }

  /** Compares watermarks with what was sent for as long as something is unconfirmed. */
  async #poll(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#options.clock.sleep(this.#limits.watermarkPollMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      const lanes = [...this.#lanes.values()].filter((lane) => lane.sent.length > 0);
      if (lanes.length === 0) return;
      try {
        const watermarks = await this.#options.inbox.watermarks(lanes.map((lane) => lane.shard));
        const incarnation = this.#options.inbox.incarnation();
        for (const lane of lanes) this.#settle(lane, watermarks.get(lane.shard) ?? "", incarnation);
      } catch (error) {
        this.#options.logger.warn({ error: String(error) }, "watermarks not read, will retry");
      }
    }
  }

  #settle(lane: Lane, watermark: string, incarnation: number): void {
    const nowMs = this.#options.clock.nowMs();
    const keep: PendingReport[] = [];
    const repeat: PendingReport[] = [];
    for (const pending of lane.sent) {
      if (pending.incarnation !== incarnation) {
        delete pending.confirmedAtMs;
        repeat.push(pending);
      } else if (pending.confirmedAtMs !== undefined && nowMs - pending.confirmedAtMs >= this.#limits.settleMs) {
        this.#drop(pending);
        if (pending.report.type === "task-finished") this.#options.onConfirmed(pending.taskId);
      } else {
        if (pending.confirmedAtMs === undefined && compareInboxIds(pending.inboxId ?? "", watermark) <= 0)
          pending.confirmedAtMs = nowMs;
        keep.push(pending);
      }
    }
    lane.sent = keep;
    if (repeat.length === 0) return;
    this.#options.logger.info(
      { shard: lane.shard, reports: repeat.length },
      "the store may have lost its last second: reports repeated",
    );
    lane.unsent.unshift(...repeat);
    this.#pumpSoon(lane, 0);
  }

  /** A promise that also ends, by rejecting, when the reporter is closed: nobody hangs on a dead store. */
  #orClosed(promise: Promise<void>): Promise<void> {
    const signal = this.#stop.signal;
    if (signal.aborted) return Promise.reject(new Error("the reporter is closed"));
    return new Promise((resolve, reject) => {
      const onClose = (): void => reject(new Error("the reporter is closed"));
      signal.addEventListener("abort", onClose, { once: true });
      void promise.then(() => {
        signal.removeEventListener("abort", onClose);
        resolve();
      });
    });
  }
}

/** One shard's reports. */
interface Lane {
  readonly shard: number;
  unsent: PendingReport[];
  sent: PendingReport[];
  pumping: Promise<void> | undefined;
  wakeNow: (() => void) | undefined;
}
