import {
  type AttemptReader,
  type Clock,
  deliveryFreshMs,
  type PulledTask,
  type RunningTask,
  type Runtime,
  type RuntimeObserver,
  type Task,
  type TaskOutcome,
  type TaskPast,
  type TaskRefusal,
  TaskRefused,
  type TaskWorker,
} from "@capstan/core";
import type { Logger } from "./logger.ts";
import { readLogTail } from "./report/log-tail.ts";
import { startedReport } from "./report/report.ts";
import type { Reporter } from "./report/reporter.ts";

export interface AgentWorkerOptions {
  readonly queue: TaskWorker;
  readonly runtime: Runtime;
  readonly reporter: Reporter;
  readonly attempts: AttemptReader;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly killGraceMs?: number;
  /** Told how each task ended, or that it went back to the queue. */
  readonly onEnd?: (end: TaskOutcome | TaskRefusal) => void;
}

/** Kubernetes' own default. */
const defaultKillGraceMs = 30_000;

/**
 * Pulls tasks, runs them on the runtime, reports. One run per task id however often the task is delivered:
 * a second delivery joins the run that is there.
 *
 *   delivered ─▶ started or adopted ─▶ ended ─▶ reported (in the inbox) ─▶ confirmed ─▶ forgotten
 */
export class AgentWorker {
  readonly #options: AgentWorkerOptions;
  readonly #runs = new Map<string, Run>();
  #stopping = false;

  constructor(options: AgentWorkerOptions) {
    this.#options = options;
  }

  /** Adopts what an earlier agent left, then pulls. */
  async start(): Promise<void> {
    const leftovers = await this.#options.runtime.leftovers();
    if (leftovers.length > 0)
      this.#options.logger.info({ tasks: leftovers.length }, "tasks of an earlier agent adopted");
    for (const task of leftovers) {
      const run = this.#runOf(task);
      run.reported.catch((error: unknown) =>
        this.#options.logger.warn({ taskId: task.id, error: String(error) }, "a leftover was not reported"),
      );
    }
    this.#options.queue.run((pulled) => this.#handle(pulled));
  }

  /** Task ids that run or wait to be reported here. */
  get running(): readonly string[] {
    return [...this.#runs.keys()];
  }

  /** How many tasks run here now. */
  get active(): number {
    let count = 0;
    for (const run of this.#runs.values()) if (run.outcome === undefined) count += 1;
    return count;
  }

  /** Stops pulling. With `leaveRunning`, handlers let go of running tasks (their jobs stay with the queue, for the successor to adopt); otherwise waits for them. */
  async stop(options: { readonly leaveRunning: boolean }): Promise<void> {
    this.#stopping = true;
    if (options.leaveRunning) for (const run of this.#runs.values()) run.letGo();
    await this.#options.queue.close();
    // What an earlier agent left has no handler for which the queue would wait.
    if (!options.leaveRunning) await Promise.allSettled(Array.from(this.#runs.values(), ({ reported }) => reported));
  }

  /** Ends every task that runs here; their outcomes are reported as any other. */
  killAll(reason: string, graceMs: number): void {
    for (const run of this.#runs.values()) run.kill(reason, graceMs);
  }

  /** The reporter says that the outcome is committed for good. */
  async confirmed(taskId: string): Promise<void> {
    this.#runs.delete(taskId);
    try {
      await this.#options.runtime.forget(taskId);
    } catch (error) {
      this.#options.logger.warn({ taskId, error: String(error) }, "a task's remains could not be forgotten");
    }
  }

  async #handle({ task, signal, redelivered }: PulledTask): Promise<void> {
    // It may have ended, been confirmed and been forgotten before the queue heard of it: then there is nothing left to adopt.
    const isOthers = redelivered && !this.#runs.has(task.id);
    if (isOthers && !(await this.#isWanted(task))) return;
    const past = isOthers ? { hasStarted: await this.#options.attempts.hasStarted(task) } : undefined;
    const known = this.#runs.get(task.id);
    if (known === undefined && this.#stopping) throw new HandedBack(task.id);
    if (known === undefined && signal.aborted && !isLeaseLost(signal)) {
      // An agent that is gone may have started it.
      if (redelivered) await this.#options.runtime.discard?.(task);
      return this.#reportCancelled(task, signal);
    }
    // Delivered although it is reported: a store that lost its last second decided it anew, after the report had come too early.
    if (known?.outcome !== undefined) return this.#reportFinished(task, known.outcome);
    const run = known ?? this.#runOf(task, past);
    const leaseLost = new Promise<never>((_, reject) => {
      const onAbort = (): void => {
        // Another delivery follows a lost lease, often to this very agent: the run goes on and that delivery joins it.
        if (isLeaseLost(signal)) reject(new Error(`the lease on task ${task.id} was lost`));
        else run.kill(cancellationText(signal), graceOf(task, this.#options.killGraceMs));
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
    // Those that lose the race must not surface as unhandled rejections.
    run.reported.catch(() => undefined);
    leaseLost.catch(() => undefined);
    await Promise.race([run.reported, run.released, leaseLost]);
  }

  /** Is the attempt still waited for? What is true was true a moment ago: remains stay for seconds after the end, so that what runs is then found. */
  async #isWanted(task: Task): Promise<boolean> {
    const { attempts, clock } = this.#options;
    for (;;) {
      const askedAtMs = clock.nowMs();
      const isWanted = await attempts.isWanted(task);
      if (!isWanted || clock.nowMs() - askedAtMs <= deliveryFreshMs) return isWanted;
    }
  }

  /** A task that is cancelled before it began: nothing ran, the machine hears so. */
  #reportCancelled(task: Task, signal: AbortSignal): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    return this.#reportFinished(task, {
      phase: "Failed",
      message: cancellationText(signal),
      startedAtMs: nowMs,
      finishedAtMs: nowMs,
    });
  }

  #runOf(task: Task, past?: TaskPast): Run {
    const run = new Run();
    this.#runs.set(task.id, run);
    run.reported = this.#carryOut(task, run, past).catch((error: unknown) => {
      this.#runs.delete(task.id);
      throw error;
    });
    return run;
  }

  async #carryOut(task: Task, run: Run, past: TaskPast | undefined): Promise<void> {
    let outcome: TaskOutcome;
    try {
      const running = await this.#options.runtime.start(task, this.#observer(task), past);
      run.attach(running);
      const end = await running.outcome;
      if ("refused" in end) throw new TaskRefused(task.id, end.refused);
      outcome = end.phase === "Succeeded" ? end : await this.#withLogTail(task, end);
    } catch (error) {
      if (error instanceof TaskRefused) return this.#giveBack(task, error);
      const nowMs = this.#options.clock.nowMs();
      const message = `the task could not be started: ${error instanceof Error ? error.message : String(error)}`;
      this.#options.logger.error({ taskId: task.id, error: String(error) }, "a task could not be started");
      outcome = { phase: "Error", message, startedAtMs: nowMs, finishedAtMs: nowMs };
    }
    run.outcome = outcome;
    this.#options.onEnd?.(outcome);
    await this.#reportFinished(task, outcome);
  }

  /** A failure tells what the log said last: it is found by that, also when the log is gone. */
  async #withLogTail(task: Task, outcome: TaskOutcome): Promise<TaskOutcome> {
    const logTail = await readLogTail(this.#options.runtime, task.id, this.#options.clock);
    return logTail === undefined ? outcome : { ...outcome, logTail };
  }

  /** Nothing ran: people see why, the queue gives the task to whichever agent has room, and the machine's attempt goes on. */
  #giveBack(task: Task, refusal: TaskRefused): never {
    const { nodeId, attempt } = task;
    this.#options.logger.info(
      { taskId: task.id, reason: refusal.reason },
      "a task was refused and goes back to the queue",
    );
    this.#options.onEnd?.({ refused: refusal.reason });
    this.#options.reporter.note(task, { type: "task-progressed", nodeId, attempt, message: refusal.reason });
    throw refusal;
  }

  #reportFinished(task: Task, outcome: TaskOutcome): Promise<void> {
    return this.#options.reporter.finished(task, {
      type: "task-finished",
      nodeId: task.nodeId,
      attempt: task.attempt,
      outcome,
    });
  }

  #observer(task: Task): RuntimeObserver {
    const { reporter } = this.#options;
    const { nodeId, attempt } = task;
    return {
      started: (details) =>
        reporter.note(task, startedReport(task, { ...details, ...(task.template.daemon ? { daemoned: true } : {}) })),
      progressed: (details) => reporter.note(task, { type: "task-progressed", nodeId, attempt, ...details }),
    };
  }
}

/** Thrown to the queue so that it gives the task to another agent. */
class HandedBack extends Error {
  constructor(taskId: string) {
    super(`task ${taskId} handed back: the agent is stopping`);
  }
}

/** A task here, from delivery until its outcome is confirmed. */
class Run {
  /** Resolves when the outcome is in the inbox. */
  reported: Promise<void> = Promise.resolve();
  /** Rejects when the agent lets go of the run: the job must not count as done. */
  readonly released: Promise<never>;
  letGo: () => void = () => undefined;
  /** Present once the task has ended. */
  outcome: TaskOutcome | undefined;
  #running: RunningTask | undefined;
  #killWish: { readonly reason: string; readonly graceMs: number } | undefined;

  constructor() {
    this.released = new Promise<never>((_, reject) => {
      this.letGo = () => reject(new Error("left running for the agent's successor"));
    });
    this.released.catch(() => undefined);
  }

  attach(running: RunningTask): void {
    this.#running = running;
    if (this.#killWish !== undefined) running.kill(this.#killWish.reason, this.#killWish.graceMs);
  }

  /** Safe before the runtime has started the task: the wish is kept until then. */
  kill(reason: string, graceMs: number): void {
    this.#killWish ??= { reason, graceMs };
    this.#running?.kill(this.#killWish.reason, this.#killWish.graceMs);
  }
}

function isLeaseLost(signal: AbortSignal): boolean {
  return signal.aborted && cancellationText(signal) === "lease lost";
}

function cancellationText(signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason.message : String(reason);
}

function graceOf(task: Task, configuredMs: number | undefined): number {
  const seconds = task.template["terminationGracePeriodSeconds"] ?? task.podDefaults["terminationGracePeriodSeconds"];
  return typeof seconds === "number" ? seconds * 1_000 : (configuredMs ?? defaultKillGraceMs);
}
