import { mkdirSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type {
  Clock,
  LogLine,
  LogOptions,
  RunningTask,
  Runtime,
  RuntimeObserver,
  Task,
  TaskOutcome,
} from "@capstan/core";
import type { TaskArtifacts } from "../../artifacts/task-artifacts.ts";
import type { Logger } from "../../logger.ts";
import type { NodeFacts } from "./container-environment.ts";
import { runDataTemplate } from "./data-template.ts";
import type { ImageEntry } from "./image-table.ts";
import { Janitor } from "./janitor.ts";
import type { Launcher } from "./launcher.ts";
import { localLimits } from "./local-limits.ts";
import { readOutputs } from "./output-collection.ts";
import { prepareTask, taskWorkFiles } from "./prepare-task.ts";
import { readLogs } from "./read-logs.ts";
import { untilReady } from "./readiness.ts";
import { ResourceLimits } from "./resource-limits.ts";
import { firstLooksMs, SupervisedTask } from "./supervised-task.ts";
import { TaskDirectory } from "./task-directory.ts";
import { deadlineMessage, failedBeforeStart, streamOutputs, taskOutcome } from "./task-outcome.ts";
import { planTask, type TaskPlan } from "./task-plan.ts";

export interface LocalRuntimeOptions {
  readonly launcher: Launcher;
  readonly stateFolder: string;
  readonly libraryFolder: string;
  readonly node: NodeFacts;
  readonly images: readonly ImageEntry[];
  readonly artifacts: TaskArtifacts;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly retentionMs?: number;
}

/**
 * Runs tasks as processes of this machine. A task's folder is its only state: whoever has the folder can adopt the task.
 *
 *   (nothing) ─prepare─▶ task.json, run.sh ─spawn─▶ claim ─▶ c/…/init ─▶ c/…/code ─▶ ended ─agent─▶ outcome.json ─▶ forgotten
 *
 * A crash of the agent at any point is repaired by `start` with the same task: before `claim` it prepares and spawns again (two
 * supervisors cannot both claim), after it watches, after `ended` it works out the outcome, after `outcome.json` it answers with it.
 */
export class LocalRuntime implements Runtime {
  readonly name: string;
  readonly #options: LocalRuntimeOptions;
  readonly #runs = new Map<string, Promise<RunningTask>>();
  readonly #watched = new Set<SupervisedTask>();
  readonly #limits: ResourceLimits;
  readonly #janitor: Janitor;
  readonly #tasksFolder: string;
  #ticker: NodeJS.Timeout | undefined;

  constructor(options: LocalRuntimeOptions) {
    this.#options = options;
    this.name = options.launcher.name;
    this.#janitor = new Janitor(options.logger);
    this.#limits = new ResourceLimits(options.logger);
    this.#tasksFolder = join(options.stateFolder, "tasks");
  }

  async check(): Promise<{ readonly ok: true } | { readonly ok: false; readonly error: string }> {
    mkdirSync(this.#tasksFolder, { recursive: true });
    return this.#options.launcher.check();
  }

  start(task: Task, observer: RuntimeObserver): Promise<RunningTask> {
    const known = this.#runs.get(task.id);
    if (known !== undefined) return known;
    const starting = this.#start(task, observer);
    this.#runs.set(task.id, starting);
    starting.catch(() => this.#runs.delete(task.id));
    return starting;
  }

  async leftovers(): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    for (const name of await readdir(this.#tasksFolder).catch(() => [])) {
      const directory = new TaskDirectory(this.#tasksFolder, name);
      // What nobody claimed has not begun: its job is still in the queue and comes again.
      if (directory.has("forgotten") || !(directory.has("claim") || directory.has("outcome.json"))) continue;
      const task = directory.readTask();
      if (task !== undefined) tasks.push(task);
    }
    return tasks;
  }

  logs(taskId: string, options: LogOptions): AsyncIterable<LogLine> {
    return readLogs(this.#directoryOf(taskId), options);
  }

  hasLogs(taskId: string): boolean {
    return this.#directoryOf(taskId).has("task.json");
  }

  /** Resolves when the work files of ended tasks are gone. */
  tidied(): Promise<void> {
    return this.#janitor.idle();
  }

  /** Stops watching; the tasks go on under their supervisors. */
  close(): void {
    clearInterval(this.#ticker);
    this.#ticker = undefined;
    this.#watched.clear();
  }

  async forget(taskId: string): Promise<void> {
    this.#runs.delete(taskId);
    const directory = this.#directoryOf(taskId);
    // The outcome stays with the logs: a late duplicate of the job is answered by it instead of running again.
    if (directory.has("outcome.json")) directory.mark("forgotten");
  }

  /** Removes the folders of tasks, and the claims of workflows, that were last touched before the retention. */
  async collectGarbage(): Promise<void> {
    const beforeMs = this.#options.clock.nowMs() - (this.#options.retentionMs ?? localLimits.retentionMs);
    for (const name of await readdir(this.#tasksFolder).catch(() => [])) {
      const directory = new TaskDirectory(this.#tasksFolder, name);
      if ((directory.modifiedAtMs("forgotten") ?? Number.POSITIVE_INFINITY) < beforeMs)
        await rm(directory.path, { recursive: true, force: true });
    }
    const volumes = join(this.#options.stateFolder, "volumes");
    for (const name of await readdir(volumes).catch(() => [])) {
      const touched = await stat(join(volumes, name)).catch(() => undefined);
      if (touched !== undefined && touched.mtimeMs < beforeMs)
        await rm(join(volumes, name), { recursive: true, force: true });
    }
  }

  #directoryOf(taskId: string): TaskDirectory {
    return new TaskDirectory(this.#tasksFolder, taskId);
  }

  async #start(task: Task, observer: RuntimeObserver): Promise<RunningTask> {
    const directory = this.#directoryOf(task.id);
    const known = directory.readOutcome();
    if (known !== undefined) return alreadyEnded(known);
    const { node, images, clock, artifacts } = this.#options;
    const isClaimed = directory.has("claim");
    const refuse = (phase: "Failed" | "Error", message: string): RunningTask => {
      const outcome = failedBeforeStart(phase, message, node.nodeName, clock.nowMs());
      directory.writeTask(task);
      directory.writeOutcome(outcome);
      return alreadyEnded(outcome);
    };
    if (task.template.data !== undefined) {
      directory.writeTask(task);
      const outcome = await runDataTemplate(task, artifacts, { nodeName: node.nodeName, nowMs: () => clock.nowMs() });
      directory.writeOutcome(outcome);
      return alreadyEnded(outcome);
    }
    const plan = planTask(task, { node, images });
    if (!plan.ok) return refuse("Error", plan.error);
    if (!isClaimed) {
      if (task.deadlineAtMs !== undefined && task.deadlineAtMs <= clock.nowMs())
        return refuse("Failed", deadlineMessage);
      directory.writeTask(task);
      const limitLines = this.#limits.apply(task.id, plan.value);
      const { stateFolder, libraryFolder, launcher } = this.#options;
      const context = { stateFolder, libraryFolder, launcher, limitLines, artifacts };
      const prepared = await prepareTask(task, plan.value, directory, context);
      if (!prepared.ok) return refuse("Error", prepared.error);
    }
    const supervised = new SupervisedTask({
      task,
      plan: plan.value,
      directory,
      observer,
      nodeName: node.nodeName,
      podIP: node.podIP,
      nowMs: () => clock.nowMs(),
      killSign: this.#options.launcher.killSign,
      ready: untilReady,
    });
    if (!directory.has("claim")) await supervised.launch();
    this.#watch(supervised);
    this.#keepDeadlines(task, plan.value, directory, supervised);
    const outcome = supervised.ended.then(() => this.#conclude(task, plan.value, directory, supervised));
    return { outcome, kill: (reason, graceMs) => supervised.kill(reason, graceMs) };
  }

  /** Looks at a task soon and often at first, then with all others at one pace. */
  #watch(supervised: SupervisedTask): void {
    this.#watched.add(supervised);
    this.#ticker ??= setInterval(() => {
      for (const one of this.#watched) one.look();
    }, localLimits.pollMs);
    for (const delayMs of firstLooksMs) setTimeout(() => supervised.hasStarted || supervised.look(), delayMs);
    supervised.look();
  }

  #keepDeadlines(task: Task, plan: TaskPlan, directory: TaskDirectory, supervised: SupervisedTask): void {
    const { clock } = this.#options;
    const startedAtMs = directory.modifiedAtMs("claim") ?? clock.nowMs();
    const limits = [task.deadlineAtMs, task.runLimitMs === undefined ? undefined : startedAtMs + task.runLimitMs];
    const dueAtMs = Math.min(...limits.filter((limit) => limit !== undefined));
    if (!Number.isFinite(dueAtMs)) return;
    const over = new AbortController();
    void supervised.ended.then(() => over.abort());
    const enforce = async (): Promise<void> => {
      await clock.sleep(Math.max(0, dueAtMs - clock.nowMs()), over.signal);
      if (!over.signal.aborted) supervised.kill(deadlineMessage, plan.graceMs);
    };
    void enforce();
  }

  async #conclude(
    task: Task,
    plan: TaskPlan,
    directory: TaskDirectory,
    supervised: SupervisedTask,
  ): Promise<TaskOutcome> {
    this.#watched.delete(supervised);
    if (this.#watched.size === 0) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    }
    const { node, clock } = this.#options;
    const collected = await readOutputs(task, directory, this.#options.artifacts).catch((error: unknown) => ({
      parameters: [],
      artifacts: [],
      error: `outputs could not be read: ${String(error)}`,
    }));
    const { parameters, artifacts } = collected;
    const outputs = {
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(artifacts.length > 0 ? { artifacts } : {}),
      ...streamOutputs(task, plan, directory),
    };
    const ended = {
      task,
      plan,
      directory,
      ranOutOfMemory: this.#limits.ranOutOfMemory(task.id),
      nodeName: node.nodeName,
      nowMs: clock.nowMs(),
    };
    const outcome = taskOutcome(ended, {
      outputs,
      ...(collected.error === undefined ? {} : { error: collected.error }),
    });
    directory.writeOutcome(outcome);
    this.#limits.remove(task.id);
    const workFiles = plan.containers.flatMap(({ name }) =>
      this.#options.launcher.workFiles.map((file) => directory.container(name, file)),
    );
    this.#janitor.remove([...workFiles, ...taskWorkFiles.map((file) => directory.at(file))]);
    return outcome;
  }
}

function alreadyEnded(outcome: TaskOutcome): RunningTask {
  return { outcome: Promise.resolve(outcome), kill: () => undefined };
}
