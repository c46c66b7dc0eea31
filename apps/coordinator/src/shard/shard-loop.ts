import { type DueTimer, type InboxEntry, type Lease, type ShardCommit, type Task, timeOfInboxId } from "@capstan/core";
import { Batch, PoisonEventError } from "./batch.ts";
import { OutboxRelay } from "./outbox-relay.ts";
import { eventOfEntry, eventOfTimer, type ShardEvent } from "./shard-event.ts";
import type { BegunTask } from "./shard-observer.ts";
import type { ShardPorts } from "./shard-ports.ts";
import type { CachedWorkflow, CachePartition, WorkflowCache } from "./workflow-cache.ts";
import { cachedFrom } from "./workflow-identity.ts";

/** Why a holding of a shard ended: as asked, because the lease is another's, or because the store failed. */
export type ShardEnd = "stopped" | "fenced" | "failed";

/** How far behind a shard is; 0 where nothing waits. */
export interface ShardLag {
  readonly shard: number;
  readonly inboxMs: number;
  readonly outboxMs: number;
}

/** Thrown inside the loop where the lease turns out to be lost. */
class FencedError extends Error {}

/**
 * One holding of one shard, from the lease's begin to its end:
 *
 *   open ─▶ drain the inbox ─▶ relay what earlier owners left ─▶ { read ─▶ decide ─▶ commit ─▶ relay } ─▶ end
 *
 * While a commit is on its way, the next batch is read and decided. Memory is ahead of the store then; so when a commit
 * is refused or fails, everything in memory is dropped and the holding ends: the next one begins with what is stored.
 */
export class ShardLoop {
  readonly ended: Promise<ShardEnd>;
  readonly #lease: Lease;
  readonly #ports: ShardPorts;
  readonly #partition: CachePartition;
  readonly #relay: OutboxRelay;
  readonly #incarnation: number;
  readonly #stop = new AbortController();
  /** By key: why the machine failed on an event that is to be passed over. */
  readonly #poison = new Map<string, string>();
  /** Read and not decided yet. */
  #pending: readonly ShardEvent[] = [];
  #cursor = "";
  #woken = true;
  /** The last read of the inbox filled its page. */
  #isBehind = false;
  #readAtMs = 0;
  #alarm: AbortController | undefined;
  #inFlight: Promise<void> = Promise.resolve();
  #commits = 0;
  #nextTimerAtMs: number | undefined;
  #isStopping = false;
  #hasFailed = false;

  constructor(lease: Lease, ports: ShardPorts, cache: WorkflowCache) {
    this.#lease = lease;
    this.#ports = ports;
    this.#incarnation = ports.incarnation();
    this.#partition = cache.open();
    this.#relay = new OutboxRelay(lease, ports);
    this.ended = this.#live();
  }

  /** The inbox has grown. */
  wake(): void {
    this.#woken = true;
    this.#alarm?.abort();
  }

  /** Ends after what is decided is committed and relayed. */
  async stop(): Promise<ShardEnd> {
    this.#isStopping = true;
    this.#alarm?.abort();
    return this.ended;
  }

  /** The lease is lost: ends at once, and nothing that is in memory counts any more. */
  abandon(): void {
    this.#stop.abort();
    this.#relay.abandon();
    this.#partition.close();
    this.#alarm?.abort();
  }

  /** How long the oldest waits that came in and is not committed, and that is committed and not carried out. */
  async lag(): Promise<ShardLag> {
    const { store, clock } = this.#ports;
    const { shard } = this.#lease;
    const { inboxId, outboxId } = await store.oldestWaiting(shard, this.#relay.carriedId);
    const nowMs = clock.nowMs();
    const ageMs = (id: string | undefined) => (id === undefined ? 0 : Math.max(0, nowMs - timeOfInboxId(id)));
    return { shard, inboxMs: ageMs(inboxId), outboxMs: ageMs(outboxId) };
  }

  async #live(): Promise<ShardEnd> {
    const { shard, token } = this.#lease;
    try {
      await this.#work();
      await this.#relay.drain();
      return this.#stop.signal.aborted ? "fenced" : "stopped";
    } catch (error) {
      if (error instanceof FencedError || this.#stop.signal.aborted) return "fenced";
      this.#ports.logger.error({ shard, token, error: describe(error) }, "the shard is given up and taken again");
      return "failed";
    } finally {
      this.abandon();
    }
  }

  async #work(): Promise<void> {
    const { shard } = this.#lease;
    this.#cursor = await this.#ports.store.inboxWatermark(shard);
    this.#nextTimerAtMs = await this.#ports.store.nextTimerAtMs(shard);
    // Reports that wait in the inbox say which of the old commands are still wanted.
    do await this.#round();
    while ((this.#isBehind || this.#pending.length > 0) && this.#isLive);
    await this.#inFlight;
    if (!this.#isLive) return;
    await this.#relay.recover((task) => this.#isWanted(task));
    while (this.#isLive) {
      if (!(await this.#round())) await this.#idle();
    }
    await this.#inFlight;
  }

  get #isLive(): boolean {
    return !this.#isStopping && !this.#stop.signal.aborted;
  }

  /** Reads and decides once; false when there was nothing to do. */
  async #round(): Promise<boolean> {
    if (this.#hasFailed) await this.#inFlight;
    this.#throwIfStoreWasLost();
    if (this.#pending.length === 0) this.#pending = await this.#read();
    if (this.#pending.length === 0) return false;
    await this.#relay.untilRoom();
    const loaded = await this.#loadPrefix();
    this.#throwIfLost();
    await this.#decide(loaded);
    return true;
  }

  async #read(): Promise<readonly ShardEvent[]> {
    const { store, settings, clock } = this.#ports;
    const { shard } = this.#lease;
    let entries: readonly InboxEntry[] = [];
    const nowMs = clock.nowMs();
    if (this.#woken || this.#isBehind || nowMs - this.#readAtMs >= settings.lookIntervalMs) {
      this.#woken = false;
      this.#readAtMs = nowMs;
      entries = await store.readInbox(shard, this.#cursor, settings.inboxBatchMax);
      this.#isBehind = entries.length === settings.inboxBatchMax;
      this.#cursor = entries.at(-1)?.id ?? this.#cursor;
    }
    const isTimerDue = this.#nextTimerAtMs !== undefined && this.#nextTimerAtMs <= clock.nowMs();
    const timers = isTimerDue ? await this.#readTimers() : [];
    return [...entries.map(eventOfEntry), ...timers.map(eventOfTimer)];
  }

  /** Timers count only as the store has them: one that a commit on its way sets, clears or fires must not be seen as it was before. */
  async #readTimers(): Promise<readonly DueTimer[]> {
    const { store, settings, clock } = this.#ports;
    const { shard } = this.#lease;
    await this.#inFlight;
    const due = await store.dueTimers(shard, clock.nowMs(), settings.timersBatchMax);
    if (due.length === 0) this.#nextTimerAtMs = await store.nextTimerAtMs(shard);
    return due;
  }

  /** Loads the workflows of as many pending events as may be loaded at a time; returns how many events that are. */
  async #loadPrefix(): Promise<number> {
    const { store, engine, policy, settings } = this.#ports;
    const missing = new Set<string>();
    let count = 0;
    for (const { uid } of this.#pending) {
      if (this.#partition.get(uid) === undefined) missing.add(uid);
      if (missing.size > settings.loadsMax) break;
      count += 1;
    }
    const uids = [...missing].slice(0, settings.loadsMax);
    const loading = uids.map(async (uid) => {
      const stored = await store.loadWorkflow(this.#lease.shard, uid);
      let state: CachedWorkflow["state"];
      try {
        state = stored && engine.load(stored, policy);
      } catch (error) {
        this.#passOver(
          this.#pending.filter((event) => event.uid === uid),
          `it cannot be loaded: ${describe(error)}`,
        );
      }
      this.#partition.put(cachedFrom(uid, this.#lease.shard, stored, state));
    });
    await Promise.all(loading);
    return count;
  }

  /** Decides the first `count` pending events, in one commit or, where that grows too large, in several. */
  async #decide(count: number): Promise<void> {
    const nowMs = this.#ports.clock.nowMs();
    const batch = new Batch(this.#lease.shard, this.#ports, this.#partition);
    let decided = 0;
    try {
      for (const event of this.#pending.slice(0, count)) {
        const workflow = this.#partition.get(event.uid);
        // Evicted between two commits of this round: the next round loads it again.
        if (workflow === undefined || batch.isFull) break;
        const failure = this.#poison.get(event.key);
        if (failure === undefined) batch.decide(workflow, event, nowMs);
        else batch.mark(workflow, event, failure, nowMs);
        decided += 1;
      }
    } catch (error) {
      if (!(error instanceof PoisonEventError)) throw error;
      await this.#startOver(batch, error);
      return;
    }
    const done = this.#pending.slice(0, decided);
    this.#pending = this.#pending.slice(decided);
    await this.#commit(batch, nowMs);
    for (const event of done) this.#poison.delete(event.key);
  }

  /** The machine failed halfway: what is committed is true, what this batch has decided is decided anew without the event. */
  async #startOver(batch: Batch, error: PoisonEventError): Promise<void> {
    await this.#inFlight;
    for (const uid of batch.touchedUids) this.#partition.remove(uid);
    this.#passOver([error.event], error.message);
    this.#ports.logger.error({ uid: error.event.uid, error: describe(error.cause) }, error.message);
  }

  #passOver(events: readonly ShardEvent[], message: string): void {
    this.#ports.observer.passedOver(events.length);
    for (const { key, uid, event } of events) {
      this.#poison.set(key, message);
      this.#ports.logger.error({ uid, event: event.type, key, why: message }, "event passed over");
    }
  }

  /** Sends the commit once the one before it is through; resolves when it is on its way, or done where the next batch must not begin before. */
  async #commit(batch: Batch, nowMs: number): Promise<void> {
    await this.#inFlight;
    this.#throwIfLost();
    const marked = batch.markedUids;
    this.#inFlight = this.#carry(batch, nowMs);
    this.#inFlight.catch(() => {
      this.#hasFailed = true;
      this.#alarm?.abort();
    });
    if (marked.length === 0) return;
    await this.#inFlight;
    for (const uid of marked) this.#partition.remove(uid);
  }

  async #carry(batch: Batch, nowMs: number): Promise<void> {
    const commit = batch.commit(this.#commits, nowMs);
    if (commit === undefined) return batch.committed();
    this.#commits += 1;
    const timerAtMs = batch.earliestTimerAtMs(commit);
    if (timerAtMs !== undefined) this.#nextTimerAtMs = Math.min(this.#nextTimerAtMs ?? timerAtMs, timerAtMs);
    const result = await this.#ports.store.commit(this.#lease, commit);
    if (result.status === "fenced") {
      this.#ports.observer.fenced();
      this.abandon();
      throw new FencedError();
    }
    batch.committed();
    this.#relay.offer(result.outboxIds, commit.outbox);
    this.#observe(commit, batch.begun, nowMs);
  }

  #observe({ workflows, outbox }: ShardCommit, begun: readonly BegunTask[], decidedAtMs: number): void {
    const { observer, clock } = this.#ports;
    const ended = workflows.flatMap(({ header }) => (header?.finishedAtMs === undefined ? [] : header.phase));
    const nodes = workflows.reduce((sum, workflow) => sum + workflow.nodes.length, 0);
    const durationMs = clock.nowMs() - decidedAtMs;
    observer.committed({ workflows: workflows.length, nodes, commands: outbox.length, ended, begun, durationMs });
  }

  /** Of a workflow that cannot be loaded nothing is: no report of the attempt could be taken in. */
  async #isWanted(task: Task): Promise<boolean> {
    const { store, engine, policy, logger } = this.#ports;
    const { workflowUid: uid, nodeId, attempt } = task;
    let workflow = this.#partition.get(uid);
    if (workflow === undefined) {
      const stored = await store.loadWorkflow(this.#lease.shard, uid);
      let state: CachedWorkflow["state"];
      try {
        state = stored && engine.load(stored, policy);
      } catch (error) {
        // Thrown, it would end every holding of this shard here, and all its workflows would stand still.
        logger.error(
          { uid, taskId: task.id, error: describe(error) },
          "command dropped: its workflow cannot be loaded",
        );
        return false;
      }
      workflow = cachedFrom(uid, this.#lease.shard, stored, state);
      this.#partition.put(workflow);
    }
    return workflow.state !== undefined && engine.isAttemptWanted(workflow.state, nodeId, attempt);
  }

  /** Sleeps until the inbox grows, a timer is due, or it is time to look whether a wake-up was lost. */
  async #idle(): Promise<void> {
    const { clock, settings } = this.#ports;
    if (this.#woken || this.#hasFailed || !this.#isLive) return;
    const untilTimerMs = (this.#nextTimerAtMs ?? Number.POSITIVE_INFINITY) - clock.nowMs();
    const delayMs = Math.min(settings.lookIntervalMs, untilTimerMs);
    if (delayMs <= 0) return;
    this.#alarm = new AbortController();
    await clock.sleep(delayMs, this.#alarm.signal);
    this.#alarm = undefined;
  }

  /** What the task queue was told lately may be forgotten, which no fence shows: the next holding relays the outbox again. */
  #throwIfStoreWasLost(): void {
    if (this.#ports.incarnation() !== this.#incarnation) throw new Error("the connection to the store was lost");
  }

  #throwIfLost(): void {
    if (this.#stop.signal.aborted) throw new FencedError();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
