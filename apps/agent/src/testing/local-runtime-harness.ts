import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogLine, LogOptions, RunningTask, Task, TaskOutcome, Template } from "@capstan/core";
import { silentLogger } from "../logger.ts";
import {
  type LocallyLoggedRuntime,
  makeRuntime,
  type RuntimeConfig,
  type RuntimeName,
} from "../runtime/make-runtime.ts";
import { systemClock } from "../system-clock.ts";
import { aTask } from "./a-task.ts";
import { loneArtifacts } from "./lone-artifacts.ts";

export interface Observed {
  readonly started: { startedAtMs: number; hostNodeName: string; podIP?: string }[];
  readonly progress: string[];
}

/** A local runtime over a state folder of its own, and what tests ask of it. */
export class LocalRuntimeHarness {
  readonly stateFolder: string;
  readonly runtime: LocallyLoggedRuntime;

  constructor(name: RuntimeName, changes: Partial<RuntimeConfig> = {}) {
    this.stateFolder = changes.stateFolder ?? mkdtempSync(join(tmpdir(), `capstan-agent-${name}-`));
    const config = { runtime: name, nodeName: "node-1", paths: [], ...changes, stateFolder: this.stateFolder };
    const { artifacts } = loneArtifacts(this.stateFolder);
    this.runtime = makeRuntime(config, artifacts, systemClock, silentLogger);
  }

  async run(template: Template, changes: Partial<Task> = {}): Promise<TaskOutcome> {
    const end = await (await this.start(aTask(template, changes))).running.outcome;
    if ("refused" in end) throw new Error(`refused: ${end.refused}`);
    return end;
  }

  async start(
    task: Task,
  ): Promise<{ readonly running: RunningTask; readonly observed: Observed; readonly whenStarted: Promise<void> }> {
    const observed: Observed = { started: [], progress: [] };
    const { promise: whenStarted, resolve } = Promise.withResolvers<void>();
    const running = await this.runtime.start(task, {
      started: (details) => {
        observed.started.push(details);
        resolve();
      },
      progressed: ({ progress }) => observed.progress.push(progress ?? ""),
    });
    return { running, observed, whenStarted };
  }

  async logs(taskId: string, options: Partial<LogOptions> = {}): Promise<readonly LogLine[]> {
    const lines: LogLine[] = [];
    for await (const line of this.runtime.logs(taskId, { follow: false, ...options })) lines.push(line);
    return lines;
  }

  /** Resolves when the task has written the line. */
  async untilLine(taskId: string, text: string): Promise<void> {
    for await (const line of this.runtime.logs(taskId, { follow: true })) if (line.text === text) return;
    throw new Error(`the task ended without the line "${text}"`);
  }

  close(): void {
    this.runtime.close();
    rmSync(this.stateFolder, { recursive: true, force: true });
  }
}

/** Why this machine cannot run the runtime; undefined when it can. Said aloud, so that a skipped suite is seen. */
export async function whyNot(name: RuntimeName): Promise<string | undefined> {
  const harness = new LocalRuntimeHarness(name);
  const checked = await harness.runtime.check();
  harness.close();
  if (!checked.ok) console.log(`skipped: tests of the ${name} runtime: ${checked.error}`);
  return checked.ok ? undefined : checked.error;
}
