import type { TaskOutcome } from "@capstan/core";
import { type AnsweredRequest, type Pod, requestKind } from "@capstan/kubernetes";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What is asked for at a scrape; all of it is at hand. */
export interface AgentMetricSources {
  /** Tasks that run here. */
  readonly running: () => number;
  /** Tasks that the agent could take more. */
  readonly room: () => number;
  /** Reports that are not yet committed for good. */
  readonly unconfirmed: () => number;
  readonly version: string;
}

const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const taskSeconds = [1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];

/**
 * What an agent tells Prometheus. Where the meaning is that of a metric of Argo's controller, it has its name; labels take few values, none
 * of a workflow's own. docs/metrics.md says what each means.
 */
export class AgentMetrics {
  readonly registry = new Registry();
  readonly #requests: Counter<"kind" | "verb" | "status_code">;
  readonly #requestDuration: Histogram<"kind" | "verb" | "status_code">;
  readonly #pods: Gauge<"phase">;
  readonly #podsSeen: Counter<"phase">;
  readonly #taskDuration: Histogram<"phase">;
  readonly #refused: Counter;
  readonly #redisErrors: Counter;
  /** The phase in which each Pod was seen last. */
  readonly #phases = new Map<string, string>();

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    const request = { labelNames: ["kind", "verb", "status_code"] as const, registers };
    this.#requests = new Counter({
      ...{ name: "argo_workflows_k8s_request_total", help: "Requests to the API server; 0: no answer", ...request },
    });
    this.#requestDuration = new Histogram({
      ...{ name: "argo_workflows_k8s_request_duration", help: "Until the API server began to answer, in seconds" },
      ...{ buckets: requestSeconds, ...request },
    });
    this.#pods = new Gauge({
      ...{ name: "argo_workflows_pods_gauge", help: "This agent's Pods, by phase", labelNames: ["phase"], registers },
    });
    this.#podsSeen = new Counter({
      ...{ name: "argo_workflows_pods_total_count", help: "Pods that came into a phase", labelNames: ["phase"] },
      registers,
    });
    this.#taskDuration = new Histogram({
      ...{ name: "capstan_agent_task_duration_seconds", help: "From a task's start to its end", registers },
      ...{ labelNames: ["phase"], buckets: taskSeconds },
    });
    this.#refused = new Counter({
      ...{ name: "capstan_agent_tasks_refused_total", help: "Tasks that went back to the queue unstarted", registers },
    });
    this.#redisErrors = new Counter({
      ...{ name: "capstan_agent_redis_errors_total", help: "Failures of the connection to Redis", registers },
    });
  }

  /** Adds the gauges that are read at a scrape. */
  follow({ running, room, unconfirmed, version }: AgentMetricSources): void {
    const registers = [this.registry];
    const gauge = (name: string, help: string, amount: () => number) =>
      new Gauge({
        ...{ name, help, registers },
        collect() {
          this.set(amount());
        },
      });
    gauge("capstan_agent_tasks_running", "Tasks that run here", running);
    gauge("capstan_agent_room", "Tasks that the agent could take more", room);
    gauge("capstan_agent_reports_unconfirmed", "Reports that are not yet committed for good", unconfirmed);
    new Gauge({
      ...{ name: "argo_workflows_version", help: "1, labelled by the version", labelNames: ["version"], registers },
    }).set({ version }, 1);
  }

  /** A request to the API server was answered, or could not be. */
  requestAnswered({ method, path, status, durationMs }: AnsweredRequest): void {
    const labels = { kind: requestKind(path), verb: method, status_code: String(status) };
    this.#requests.inc(labels);
    this.#requestDuration.observe(labels, durationMs / 1_000);
  }

  /** One of the agent's Pods as it is now; undefined when it is gone. */
  podSeen(key: string, pod: Pod | undefined): void {
    const before = this.#phases.get(key);
    const phase = pod && (pod.status?.phase ?? "Pending");
    if (before === phase) return;
    if (before !== undefined) this.#pods.dec({ phase: before });
    if (phase === undefined) {
      this.#phases.delete(key);
      return;
    }
    this.#phases.set(key, phase);
    this.#pods.inc({ phase });
    this.#podsSeen.inc({ phase });
  }

  taskEnded({ phase, startedAtMs, finishedAtMs }: TaskOutcome): void {
    this.#taskDuration.observe({ phase }, Math.max(0, finishedAtMs - startedAtMs) / 1_000);
  }

  taskRefused(): void {
    this.#refused.inc();
  }

  redisFailed(): void {
    this.#redisErrors.inc();
  }
}
