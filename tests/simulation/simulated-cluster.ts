import type { LogLine, RunningTask, Runtime, RuntimeObserver, Task, TaskOutcome } from "@capstan/core";
import { Random, type SimulatedProcess, type VirtualTime } from "@capstan/testkit";

interface Pod {
  readonly task: Task;
  readonly startedAtMs: number;
  /** The agent's node that last started or adopted it. */
  nodeName: string;
  endsAtMs: number;
  outcome: TaskOutcome | undefined;
  readonly watchers: ((outcome: TaskOutcome) => void)[];
}

/** What really runs, wherever agents come and go; says at once when an attempt runs that must not. */
export class SimulatedCluster {
  readonly #time: VirtualTime;
  readonly #seed: number;
  readonly #violated: (what: string) => void;
  readonly #pods = new Map<string, Pod>();
  /**
   * A store that loses seconds can lose both that an attempt was asked for and that its report was committed; once its remains
   * are gone it runs again, as a task that is retried. Two at once it never is: the cluster has one Pod of a name.
   */
  mayForget = false;
  /** Every attempt that ever started. */
  readonly #started = new Set<string>();

  constructor(time: VirtualTime, seed: number, violated: (what: string) => void) {
    this.#time = time;
    this.#seed = seed;
    this.#violated = violated;
  }

  get startedCount(): number {
    return this.#started.size;
  }

  find(taskId: string): Pod | undefined {
    return this.#pods.get(taskId);
  }

  podsOf(nodeName: string): readonly Task[] {
    return [...this.#pods.values()].filter((pod) => pod.nodeName === nodeName).map(({ task }) => task);
  }

  create(task: Task, nodeName: string): Pod {
    if (this.#started.has(task.id) && !this.mayForget) {
      this.#violated(`attempt ${task.id} (${task.nodeName}) was started a second time`);
    }
    this.#started.add(task.id);
    const fate = this.#fateOf(task);
    const startedAtMs = this.#time.nowMs();
    const endsAtMs = startedAtMs + fate.durationMs;
    const pod: Pod = { task, startedAtMs, nodeName, endsAtMs, outcome: undefined, watchers: [] };
    this.#pods.set(task.id, pod);
    this.#endAt(pod, endsAtMs, fate.outcome);
    return pod;
  }

  kill(taskId: string, reason: string, graceMs: number): void {
    const pod = this.#pods.get(taskId);
    if (pod === undefined || pod.outcome !== undefined) return;
    const endsAtMs = Math.min(pod.endsAtMs, this.#time.nowMs() + Math.min(graceMs, 200));
    this.#endAt(pod, endsAtMs, { phase: "Failed", message: reason });
  }

  forget(taskId: string): void {
    this.#pods.delete(taskId);
  }

  #endAt(pod: Pod, endsAtMs: number, outcome: Pick<TaskOutcome, "phase" | "message" | "outputs">): void {
    pod.endsAtMs = endsAtMs;
    this.#time.schedule(endsAtMs - this.#time.nowMs(), () => {
      if (pod.outcome !== undefined || pod.endsAtMs !== endsAtMs) return;
      pod.outcome = { ...outcome, startedAtMs: pod.startedAtMs, finishedAtMs: this.#time.nowMs() };
      for (const watcher of pod.watchers) watcher(pod.outcome);
    });
  }

  /** What becomes of an attempt depends on the seed and on itself only, however often a coordinator decides it anew. */
  #fateOf(task: Task) {
    const random = new Random(`${this.#seed} ${task.id}`);
    const durationMs = random.chance(0.2) ? random.between(1_000, 6_000) : random.between(1, 400);
    const phase = random.pick<TaskOutcome["phase"]>([...succeeding, "Failed", "Error"]);
    const result = task.template.name === "generator" ? JSON.stringify(listOf(random)) : random.pick(["yes", "no"]);
    const parameters = (task.template.outputs?.parameters ?? []).map(({ name }) => ({ name, value: result }));
    const outputs = { parameters, result, exitCode: phase === "Succeeded" ? "0" : "1" };
    return { durationMs, outcome: { phase, outputs, ...(phase !== "Succeeded" && { message: `it was its fate` }) } };
  }
}

const succeeding: readonly ["Succeeded", ..."Succeeded"[]] = Array.from({ length: 10 }, () => "Succeeded") as [
  "Succeeded",
];

function listOf(random: Random): readonly string[] {
  return Array.from({ length: random.integer(0, 4) }, (_, index) => `item-${index}`);
}

/** The cluster as one agent's runtime. */
export class SimulatedRuntime implements Runtime {
  readonly name = "simulated";
  readonly #cluster: SimulatedCluster;
  readonly #process: SimulatedProcess;
  readonly #nodeName: string;
  readonly #isFull: () => boolean;

  /** `isFull` says whether the node refuses what would start now. */
  constructor(cluster: SimulatedCluster, process: SimulatedProcess, nodeName: string, isFull: () => boolean) {
    this.#cluster = cluster;
    this.#process = process;
    this.#nodeName = nodeName;
    this.#isFull = isFull;
  }

  async check(): Promise<{ readonly ok: true }> {
    return { ok: true };
  }

  async start(task: Task, observer: RuntimeObserver): Promise<RunningTask> {
    const found = this.#cluster.find(task.id);
    if (found === undefined && this.#isFull())
      return { outcome: Promise.resolve({ refused: "no room" }), kill: () => undefined };
    const pod = found ?? this.#cluster.create(task, this.#nodeName);
    pod.nodeName = this.#nodeName;
    this.#process.later(1, () =>
      observer.started({ startedAtMs: pod.startedAtMs, hostNodeName: this.#nodeName, podIP: "10.0.0.1" }),
    );
    const outcome = new Promise<TaskOutcome>((resolve) => {
      const tell = (ended: TaskOutcome): void => this.#process.later(1, () => resolve(ended));
      if (pod.outcome !== undefined) tell(pod.outcome);
      else pod.watchers.push(tell);
    });
    return { outcome, kill: (reason, graceMs) => this.#cluster.kill(task.id, reason, graceMs) };
  }

  async leftovers(): Promise<readonly Task[]> {
    return this.#cluster.podsOf(this.#nodeName);
  }

  async *logs(): AsyncIterable<LogLine> {}

  async forget(taskId: string): Promise<void> {
    this.#cluster.forget(taskId);
  }
}
