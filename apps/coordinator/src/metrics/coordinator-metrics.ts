import type { AgentDirectory, PoolReading, QueueInspector, WorkflowReader } from "@capstan/core";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Logger } from "../logger.ts";
import type { ShardLag } from "../shard/shard-loop.ts";
import type { ShardObserver } from "../shard/shard-observer.ts";

/** What is asked for at a scrape: counts that are kept anyway, so that its cost grows with pools and agents alone. */
export interface MetricSources {
  readonly reader: Pick<WorkflowReader, "countPhases">;
  readonly queues: Pick<QueueInspector, "pools" | "read">;
  readonly agents: Pick<AgentDirectory, "list">;
  /** Shards in this coordinator's hands. */
  readonly shards: () => number;
  /** How far behind each of those shards is. */
  readonly lags: () => Promise<readonly ShardLag[]>;
  /** Nodes of workflows that this coordinator has in memory. */
  readonly cachedNodes: () => number;
  readonly version: string;
}

/** Pools of which each gets a line of its own; the others are not shown. */
const poolsShownMax = 200;

/** What the pools beyond those are together. */
const otherPools = "others";

/** Gauges of one scrape share what they read. */
const scrapeMs = 500;

function oncePerScrape<T>(read: () => Promise<T>): () => Promise<T> {
  let latest: { readonly atMs: number; readonly value: Promise<T> } | undefined;
  return () => {
    const atMs = Date.now();
    if (latest === undefined || atMs - latest.atMs > scrapeMs) latest = { atMs, value: read() };
    return latest.value;
  };
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Of waits: an agent that is there takes a task in milliseconds, one that is not may take hours. */
const waitSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

/**
 * What a coordinator tells Prometheus. Where the meaning is that of a metric of Argo's controller, it has its name; labels take
 * few values, none of a workflow's own. docs/metrics.md says what each means.
 */
export class CoordinatorMetrics implements ShardObserver {
  readonly registry = new Registry();
  readonly #workflowEnds: Counter<"phase">;
  readonly #operation: Histogram;
  readonly #queueLatency: Histogram<"queue_name">;
  readonly #start: Histogram;
  readonly #poolsKnown = new Set<string>();
  readonly #committed: Counter<"what">;
  readonly #fenced: Counter;
  readonly #errors: Counter<"cause">;
  readonly #logged: Counter<"level">;
  readonly #http: Histogram<"route" | "method" | "status">;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#workflowEnds = new Counter({
      ...{ name: "argo_workflows_total_count", help: "Workflows that ended", labelNames: ["phase"], registers },
    });
    this.#operation = new Histogram({
      ...{ name: "argo_workflows_operation_duration_seconds", help: "From a batch's decision to its commit" },
      ...{ buckets: seconds, registers },
    });
    this.#queueLatency = new Histogram({
      ...{ name: "argo_workflows_queue_latency", help: "Seconds from a task's release to its begin, by pool" },
      ...{ labelNames: ["queue_name"], buckets: waitSeconds, registers },
    });
    this.#start = new Histogram({
      ...{ name: "capstan_workflow_start_seconds", help: "From a workflow's submit to the begin of its first task" },
      ...{ buckets: waitSeconds, registers },
    });
    this.#committed = new Counter({
      ...{ name: "capstan_committed_total", help: "What commits wrote", labelNames: ["what"], registers },
    });
    this.#fenced = new Counter({
      ...{ name: "capstan_commits_fenced_total", help: "Commits refused because the shard was another's", registers },
    });
    this.#errors = new Counter({
      ...{ name: "argo_workflows_error_count", help: "Errors, by cause", labelNames: ["cause"], registers },
    });
    this.#logged = new Counter({
      ...{ name: "argo_workflows_log_messages", help: "Lines logged, by level", labelNames: ["level"], registers },
    });
    this.#http = new Histogram({
      ...{ name: "capstan_http_request_duration_seconds", help: "Answers of the HTTP API; streams are left out" },
      ...{ labelNames: ["route", "method", "status"], buckets: seconds, registers },
    });
  }

  /** Adds the gauges that are read at a scrape. */
  follow(sources: MetricSources): void {
    const registers = [this.registry];
    const { reader, queues, agents } = sources;
    new Gauge({
      ...{ name: "argo_workflows_gauge", help: "Workflows, by phase", labelNames: ["phase"], registers },
      async collect() {
        const { "": fresh = 0, Pending = 0, ...counts } = await reader.countPhases();
        for (const [phase, count] of Object.entries({ ...counts, Pending: Pending + fresh }))
          this.set({ phase }, count);
      },
    });
    this.#followPools(queues);
    this.#followAgents(agents);
    new Gauge({
      ...{ name: "capstan_shards_owned", help: "Shards in this coordinator's hands", registers },
      collect() {
        this.set(sources.shards());
      },
    });
    this.#followLags(sources.lags);
    new Gauge({
      ...{ name: "argo_workflows_is_leader", help: "1 while this coordinator has shards", registers },
      collect() {
        this.set(sources.shards() > 0 ? 1 : 0);
      },
    });
    new Gauge({
      ...{ name: "capstan_cached_nodes", help: "Nodes of workflows in memory", registers },
      collect() {
        this.set(sources.cachedNodes());
      },
    });
    new Gauge({
      ...{ name: "argo_workflows_version", help: "1, labelled by the version", labelNames: ["version"], registers },
    }).set({ version: sources.version }, 1);
  }

  #followPools(queues: MetricSources["queues"]): void {
    const registers = [this.registry];
    const read = oncePerScrape(async () => queues.read((await queues.pools()).slice(0, poolsShownMax)));
    const gauge = (name: string, help: string, amount: (reading: PoolReading) => number) =>
      new Gauge({
        ...{ name, help, labelNames: ["queue_name"], registers },
        async collect() {
          this.reset();
          for (const reading of await read()) this.set({ queue_name: reading.pool }, amount(reading));
        },
      });
    const ageSeconds = (sinceMs: number | undefined) =>
      sinceMs === undefined ? 0 : Math.max(0, Date.now() - sinceMs) / 1_000;
    gauge(
      "argo_workflows_queue_depth_gauge",
      "Tasks that wait, by pool; those of the backlog among them",
      (reading) => reading.waiting + reading.away,
    );
    gauge("capstan_pool_running", "Tasks in agents' hands, by pool", (reading) => reading.running);
    gauge("capstan_pool_oldest_wait_seconds", "The longest wait, by pool", (reading) =>
      ageSeconds(reading.oldestSinceMs),
    );
    gauge("capstan_pool_dead_letters", "Jobs that a pool's queue gave up on", (reading) => reading.dead);
  }

  #followLags(lags: MetricSources["lags"]): void {
    const registers = [this.registry];
    const read = oncePerScrape(lags);
    const gauge = (name: string, help: string, lagMs: (lag: ShardLag) => number) =>
      new Gauge({
        ...{ name, help, labelNames: ["shard"], registers },
        async collect() {
          const found = await read();
          this.reset();
          for (const lag of found) this.set({ shard: String(lag.shard) }, lagMs(lag) / 1_000);
        },
      });
    gauge("capstan_inbox_lag_seconds", "Age of the oldest event that is not committed", ({ inboxMs }) => inboxMs);
    gauge("capstan_outbox_lag_seconds", "Age of the oldest command that is not carried out", (lag) => lag.outboxMs);
  }

  #followAgents(agents: MetricSources["agents"]): void {
    const registers = [this.registry];
    const list = oncePerScrape(() => agents.list());
    new Gauge({
      ...{ name: "capstan_agents", help: "Agents that live, by pool", labelNames: ["pool", "state"], registers },
      async collect() {
        this.reset();
        for (const { pool, draining } of await list()) this.inc({ pool, state: draining ? "drained" : "ready" });
      },
    });
    new Gauge({
      ...{ name: "capstan_agents_room", help: "Tasks that agents could take more, by pool", labelNames: ["pool"] },
      registers,
      async collect() {
        this.reset();
        for (const { pool, room } of await list()) this.inc({ pool }, room);
      },
    });
  }

  committed({ workflows, nodes, commands, ended, begun, durationMs }: Parameters<ShardObserver["committed"]>[0]): void {
    this.#operation.observe(durationMs / 1_000);
    this.#committed.inc({ what: "workflow" }, workflows);
    this.#committed.inc({ what: "node" }, nodes);
    this.#committed.inc({ what: "command" }, commands);
    for (const phase of ended) this.#workflowEnds.inc({ phase });
    for (const { pool, waitedMs, sinceSubmitMs } of begun) {
      this.#queueLatency.observe({ queue_name: this.#labelOf(pool) }, waitedMs / 1_000);
      if (sinceSubmitMs !== undefined) this.#start.observe(sinceSubmitMs / 1_000);
    }
  }

  /** A pool's name comes from a manifest, and a label must not take any number of values. */
  #labelOf(pool: string): string {
    if (this.#poolsKnown.size < poolsShownMax) this.#poolsKnown.add(pool);
    return this.#poolsKnown.has(pool) ? pool : otherPools;
  }

  fenced(): void {
    this.#fenced.inc();
  }

  passedOver(events: number): void {
    this.#errors.inc({ cause: "EventPassedOver" }, events);
  }

  /** An answer of the HTTP API; `route` is the route's pattern, not the address asked for. */
  answered(route: string, method: string, status: number, durationSeconds: number): void {
    this.#http.observe({ route, method, status: String(status) }, durationSeconds);
    if (status >= 500) this.#errors.inc({ cause: "HttpInternal" });
  }

  /** The same logger, whose lines are counted. */
  countingLogger(logger: Logger): Logger {
    const counted = (level: keyof Logger) => (fields: object, message: string) => {
      this.#logged.inc({ level });
      logger[level](fields, message);
    };
    return { debug: counted("debug"), info: counted("info"), warn: counted("warn"), error: counted("error") };
  }
}
