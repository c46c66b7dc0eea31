import { AgentWorker, ManyPoolsWorker, PoolDiscovery, Reporter } from "@capstan/agent";
import {
  Coordinator,
  defaultPolicy,
  type ShardSettings,
  shardDefaults,
  silentLogger,
  silentObserver,
} from "@capstan/coordinator";
import {
  type AgentPlace,
  awaitsAttempt,
  type EnginePolicy,
  hasAttemptStarted,
  type NodeStatus,
  type ShardCommit,
  type StoredWorkflow,
  shardOf,
  type Task,
  type WorkflowEvent,
} from "@capstan/core";
import {
  calm,
  type Faults,
  MemoryDatabase,
  MemoryFailureRecorder,
  MemoryInbox,
  MemoryLeaseStore,
  MemoryShardStore,
  MemoryShardWakeups,
  MemoryTaskQueue,
  MemoryTaskWorker,
  MemoryWorkflowIndex,
  Random,
  SimulatedProcess,
  VirtualTime,
} from "@capstan/testkit";
import { History, RecordingEngine } from "./history.ts";
import { brokenRules } from "./invariants.ts";
import { ObservedStore } from "./observed-store.ts";
import { SimulatedCluster, SimulatedRuntime } from "./simulated-cluster.ts";

export const shardCount = 3;

/** Bugs that are built in on purpose, to see that the simulator finds them. */
export type PlantedBug = "ignored-fence" | "lost-outbox-entry" | "report-not-repeated";

/** Small numbers, so that limits are met by small workflows. */
const settings: ShardSettings = {
  ...shardDefaults,
  ...{ inboxBatchMax: 8, timersBatchMax: 4, commitItemsMax: 12, cachedNodesMax: 60, loadsMax: 3 },
  ...{ relayBatchMax: 4, relayQueueMax: 8, leaseTtlMs: 3_000, leaseTickMs: 700 },
};

const policy: EnginePolicy = { ...defaultPolicy, activeTasksMax: 6 };

/** A whole Capstan in virtual time: the real coordinators and agents over a store, a queue and a cluster in memory. */
export class World {
  readonly time = new VirtualTime();
  readonly database: MemoryDatabase;
  readonly history = new History();
  readonly violations: string[] = [];
  readonly cluster: SimulatedCluster;
  readonly random: Random;
  readonly #bug: PlantedBug | undefined;
  readonly #store: MemoryShardStore;
  readonly #queue: MemoryTaskQueue;
  readonly #seen = new Map<string, StoredWorkflow>();
  readonly #inboxes = new Set<MemoryInbox>();
  readonly #processes = new Set<SimulatedProcess>();
  #incarnations = 0;
  faults: Faults = calm;

  constructor(seed: number, bug?: PlantedBug) {
    this.#bug = bug;
    this.random = new Random(seed);
    this.database = new MemoryDatabase(() => this.time.nowMs(), { keepsJournal: true });
    this.#store = new MemoryShardStore(this.database, { checksFence: bug !== "ignored-fence" });
    this.#queue = new MemoryTaskQueue(this.database);
    this.cluster = new SimulatedCluster(this.time, seed, (what) => this.violated(what));
  }

  violated(what: string): void {
    this.violations.push(`at ${this.time.nowMs() - 1_700_000_000_000} ms: ${what}`);
  }

  get processes(): readonly SimulatedProcess[] {
    return [...this.#processes];
  }

  /** A process that comes back some time after it died, with the same name and an empty memory. */
  startProcess(
    name: string,
    start: (process: SimulatedProcess, stopListening: (end: () => void) => void) => void,
  ): void {
    const ends: (() => void)[] = [];
    const process = new SimulatedProcess({
      name,
      time: this.time,
      random: this.random.fork(`${name} ${this.#incarnations++}`),
      faults: () => this.faults,
      onDeath: () => {
        this.#processes.delete(process);
        for (const end of ends) end();
        this.time.schedule(this.random.between(50, 8_000), () => this.startProcess(name, start));
      },
    });
    this.#processes.add(process);
    start(process, (end) => ends.push(end));
  }

  startCoordinator(name: string): void {
    this.startProcess(name, (process, onDeath) => {
      const engine = new RecordingEngine({
        history: this.history,
        shardOfUid: (uid) => shardOf("default", nameOf(uid), shardCount),
        checksLoading: () => this.random.chance(0.1),
        violated: (what) => this.violated(what),
      });
      const store = new ObservedStore(
        this.#store,
        engine,
        () => this.time.nowMs(),
        (shard, commit) => this.#examine(shard, commit),
      );
      const connection = this.inbox();
      onDeath(() => this.#inboxes.delete(connection));
      const wakeups = new MemoryShardWakeups(this.database);
      const coordinator = new Coordinator(name, shardCount, {
        ...{ engine, policy, settings, clock: process.clock, logger: silentLogger, observer: silentObserver },
        store: process.connect(this.#bug === "lost-outbox-entry" ? forgetful(store, this.random) : store),
        leases: process.connect(new MemoryLeaseStore(this.database)),
        queue: process.connect(this.#queue),
        index: process.connect(new MemoryWorkflowIndex(this.database)),
        failures: process.connect(new MemoryFailureRecorder(this.database)),
        incarnation: () => connection.incarnation(),
        wakeups: {
          subscribe: async (listener) => {
            const end = await wakeups.subscribe((shard) => process.notify(() => listener(shard)));
            onDeath(() => void end());
            return end;
          },
        },
      });
      // A start that fails ends the process, as it would end the real one.
      coordinator.start().catch(() => process.kill());
    });
  }

  /** An agent of a place: the default pool, a cluster, labels. */
  startAgent(name: string, place: Pick<AgentPlace, "cluster" | "labels">): void {
    this.startProcess(name, (process, onDeath) => {
      const inbox = this.inbox();
      onDeath(() => this.#inboxes.delete(inbox));
      const board = process.connect(this.#queue);
      const openQueue = (pool: string, concurrency: number): MemoryTaskWorker => {
        const worker = new MemoryTaskWorker({
          ...{ board, clock: process.clock, pool, concurrency, name: `${name}-${pool}-${this.#incarnations++}` },
          ...{ leaseMs: 3_000, lookIntervalMs: 1_000 },
        });
        onDeath(this.#queue.subscribeAdded(() => process.notify(() => worker.look())));
        onDeath(this.#queue.subscribeCancelled((id) => process.notify(() => void worker.lookForCancellation(id))));
        return worker;
      };
      const queue = new ManyPoolsWorker({ ownPool: "default", concurrency: 4, open: openQueue });
      const discovery = new PoolDiscovery({
        ...{ pulled: queue, agent: { pool: "default", ...place }, clock: process.clock, logger: silentLogger },
        source: {
          list: (sinceMs) => board.list(sinceMs),
          countUnfinished: (pool) => board.countUnfinished(pool),
          subscribe: async (listener) => {
            const end = this.#queue.subscribeAdded((pool) => process.notify(() => listener(pool)));
            onDeath(end);
            return async () => end();
          },
        },
        serveQuestions: async () => async () => undefined,
      });
      const refusals = this.random.fork(`${name} refuses ${this.#incarnations}`);
      const runtime = new SimulatedRuntime(this.cluster, process, name, () => refusals.chance(0.04));
      const remoteRuntime = process.connect(runtime, ["name", "logs"]);
      const reporter = new Reporter({
        ...{ clock: process.clock, logger: silentLogger, shardCount },
        inbox: process.connect(this.#bug === "report-not-repeated" ? careless(inbox, this.random) : inbox, [
          "incarnation",
        ]),
        onConfirmed: (taskId) => void worker.confirmed(taskId),
      });
      const worker = new AgentWorker({
        attempts: process.connect({
          isWanted: async (task: Task) => awaitsAttempt(await this.#nodeOf(task), task.attempt),
          hasStarted: async (task: Task) => hasAttemptStarted(await this.#nodeOf(task), task.attempt),
        }),
        ...{ queue, reporter, runtime: remoteRuntime, clock: process.clock, logger: silentLogger, killGraceMs: 100 },
      });
      worker
        .start()
        .then(() => discovery.start())
        .catch(() => process.kill());
    });
  }

  /** An inbox as one process sees it. */
  inbox(): MemoryInbox {
    const inbox = new MemoryInbox(this.database);
    this.#inboxes.add(inbox);
    return inbox;
  }

  /** The store comes back without what it was told lately. */
  loseLast(durationMs: number): void {
    const moment = this.time.nowMs() - durationMs;
    this.database.forgetAfter(moment);
    this.history.forgetAfter(moment);
    this.#seen.clear();
    for (const inbox of this.#inboxes) inbox.reconnected();
  }

  get(uid: string): Promise<StoredWorkflow | undefined> {
    return this.#store.loadWorkflow(shardOf("default", nameOf(uid), shardCount), uid);
  }

  async tell(uid: string, event: WorkflowEvent): Promise<void> {
    const inbox = new MemoryInbox(this.database);
    await inbox.append(shardOf("default", nameOf(uid), shardCount), [{ workflowUid: uid, event }]);
  }

  /** Does the store hold what the events make of the workflow? */
  replayOf(uid: string): StoredWorkflow | undefined {
    return this.history.replay(uid, policy)?.stored();
  }

  async #nodeOf({ workflowUid, nodeId }: Task): Promise<NodeStatus | undefined> {
    const stored = await this.get(workflowUid);
    return stored?.nodes.find(({ id }) => id === nodeId);
  }

  async #examine(shard: number, commit: ShardCommit): Promise<void> {
    for (const { uid } of commit.workflows) {
      const stored = await this.#store.loadWorkflow(shard, uid);
      if (stored?.header == null || stored.bundle == null) {
        if (stored !== undefined) this.violated(`${uid} has changes in the store and was never created there`);
        continue;
      }
      for (const rule of brokenRules(stored, this.#seen.get(uid))) this.violated(`${uid}: ${rule}`);
      this.#seen.set(uid, stored);
    }
  }
}

/** Uids of the simulation are `<name>.<number of the submit>`. */
export function nameOf(uid: string): string {
  return uid.replace(/\.\d+$/, "");
}

/** A store whose commits now and then lose a command on its way into the outbox. */
function forgetful(store: ObservedStore, random: Random): ObservedStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === "commit") {
        return (lease: Parameters<ObservedStore["commit"]>[0], commit: ShardCommit) =>
          target.commit(lease, { ...commit, outbox: commit.outbox.filter(() => !random.chance(0.02)) });
      }
      const method: unknown = Reflect.get(target, name);
      return typeof method === "function" ? method.bind(target) : method;
    },
  });
}

/** An inbox that now and then says that reports have arrived which have not: for the reporter, a reason not to repeat them. */
function careless(inbox: MemoryInbox, random: Random): MemoryInbox {
  return new Proxy(inbox, {
    get: (target, name) => {
      if (name === "append") {
        return async (...args: Parameters<MemoryInbox["append"]>) =>
          random.chance(0.03) ? args[1].map(() => "0-0") : target.append(...args);
      }
      const method: unknown = Reflect.get(target, name);
      return typeof method === "function" ? method.bind(target) : method;
    },
  });
}
