import type { Clock, LogLine, RunningTask, Runtime, RuntimeObserver, Task } from "@capstan/core";

/** Every task succeeds at once, in this process: for benchmarks of everything else. */
export class NoopRuntime implements Runtime {
  readonly name = "noop";
  readonly #clock: Clock;
  readonly #nodeName: string;

  constructor(clock: Clock, nodeName: string) {
    this.#clock = clock;
    this.#nodeName = nodeName;
  }

  async check(): Promise<{ readonly ok: true }> {
    return { ok: true };
  }

  async start(task: Task, observer: RuntimeObserver): Promise<RunningTask> {
    const nowMs = this.#clock.nowMs();
    observer.started({ startedAtMs: nowMs, hostNodeName: this.#nodeName });
    const outputs = { exitCode: "0", ...(task.captureResult ? { result: "" } : {}) };
    const times = { startedAtMs: nowMs, finishedAtMs: nowMs, hostNodeName: this.#nodeName };
    return { outcome: Promise.resolve({ phase: "Succeeded", outputs, ...times }), kill: () => undefined };
  }

  async leftovers(): Promise<readonly Task[]> {
    return [];
  }

  async *logs(): AsyncIterable<LogLine> {}

  async forget(): Promise<void> {}

  hasLogs(): boolean {
    return false;
  }

  async collectGarbage(): Promise<void> {}

  close(): void {}
}
