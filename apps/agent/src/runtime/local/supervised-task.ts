import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { RuntimeObserver, Task } from "@capstan/core";
import { CapturedStream, readTail } from "./captured-log.ts";
import { localLimits } from "./local-limits.ts";
import { isAlive, type ProcessIdentity, parseStat, type TaskDirectory } from "./task-directory.ts";
import type { TaskPlan } from "./task-plan.ts";

export interface SupervisedTaskOptions {
  readonly task: Task;
  readonly plan: TaskPlan;
  readonly directory: TaskDirectory;
  readonly observer: RuntimeObserver;
  readonly nodeName: string;
  readonly podIP: string;
  readonly nowMs: () => number;
  readonly killSign: "" | "-";
  /** Resolves when a daemon answers; called once, when its command runs. */
  readonly ready: (plan: TaskPlan, hasEnded: () => boolean) => Promise<void>;
}

/** Watches and, when asked, ends what a supervisor runs; the supervisor itself needs nobody. */
export class SupervisedTask {
  /** Resolves when the supervisor has ended, well or not. */
  readonly ended: Promise<void>;
  readonly #options: SupervisedTaskOptions;
  readonly #streams: readonly CapturedStream[];
  #resolveEnded: () => void = () => undefined;
  #isOver = false;
  #hasStarted = false;
  #progress = "";
  #killAtMs: number | undefined;
  #isChild = false;
  #wasLaunched = false;
  #claim: ProcessIdentity | "elsewhen" | undefined;

  constructor(options: SupervisedTaskOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#streams = options.plan.containers.flatMap(({ name }) =>
      (["stdout", "stderr"] as const).map((stream) => new CapturedStream(options.directory.container(name), stream)),
    );
    const kill = options.directory.readKill();
    if (kill !== undefined) this.#killAtMs = kill.atMs + kill.graceMs;
  }

  /** Starts a supervisor in a session of its own. If another has claimed the task already, the new one leaves at once. */
  launch(): Promise<void> {
    const { directory, task } = this.#options;
    return new Promise((resolve, reject) => {
      const child = spawn("/bin/sh", [directory.at("run.sh")], {
        detached: true,
        stdio: "ignore",
        cwd: "/",
        env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", CAPSTAN_TASK: task.id },
      });
      this.#isChild = true;
      this.#wasLaunched = true;
      child.once("spawn", () => resolve());
      child.once("error", reject);
      child.once("exit", () => {
        this.#isChild = false;
        this.look();
      });
      child.unref();
    });
  }

  /** One look at the task's files: started, progressed, ended. Called often by whoever keeps the task. */
  look(): void {
    if (this.#isOver) return;
    const { directory } = this.#options;
    const nowMs = this.#options.nowMs();
    const hasEnded = directory.has("ended");
    this.#lookForStart();
    if (this.#hasStarted) this.#lookForProgress();
    if (!hasEnded) for (const stream of this.#streams) stream.note(nowMs);
    if (hasEnded || this.#isLost()) {
      this.#isOver = true;
      this.#resolveEnded();
      return;
    }
    if (this.#killAtMs !== undefined) this.#pressKill(nowMs);
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  kill(reason: string, graceMs: number): void {
    const { directory } = this.#options;
    if (this.#isOver || directory.has("ended")) return;
    const nowMs = this.#options.nowMs();
    if (directory.readKill() === undefined) directory.writeKill({ reason, graceMs, atMs: nowMs });
    this.#killAtMs = Math.min(this.#killAtMs ?? Number.POSITIVE_INFINITY, nowMs + graceMs);
    this.look();
  }

  readonly #signalled = new Set<number>();

  /** SIGTERM once to each container, SIGKILL again and again when the grace is over. A container may appear between two looks. */
  #pressKill(nowMs: number): void {
    const { directory, plan } = this.#options;
    const isOverdue = nowMs >= (this.#killAtMs ?? 0);
    for (const { name } of plan.containers) {
      const init = directory.readInit(name);
      if (init === undefined || directory.has("c", name, "code") || !isAlive(init)) continue;
      if (isOverdue) signalQuietly(this.#options.killSign === "-" ? -init.pid : init.pid, "SIGKILL");
      else if (!this.#signalled.has(init.pid)) signalQuietly(init.pid, "SIGTERM");
      this.#signalled.add(init.pid);
    }
    // The supervisor ends by itself once its containers have; much later it is stuck in something, and goes with all it started.
    if (nowMs >= (this.#killAtMs ?? 0) + stuckAfterMs) this.#endSession();
  }

  #lookForStart(): void {
    const { directory, plan, observer, nodeName, podIP } = this.#options;
    if (this.#hasStarted) return;
    const startedAtMs = directory.modifiedAtMs("c", plan.outputContainer, "init");
    if (startedAtMs === undefined) return;
    this.#hasStarted = true;
    const started = (): void =>
      observer.started({ startedAtMs: Math.floor(startedAtMs), hostNodeName: nodeName, podIP });
    if (this.#options.task.template.daemon !== true) started();
    else void this.#options.ready(plan, () => this.#isOver).then(() => (this.#isOver ? undefined : started()));
  }

  #lookForProgress(): void {
    const { directory, observer } = this.#options;
    const progress = readTail(directory.at("argo-run", "progress"), 256).toString("utf8").trim();
    const last = progress.split("\n").at(-1)?.trim() ?? "";
    if (last === this.#progress || !/^\d{1,12}\/\d{1,12}$/.test(last)) return;
    this.#progress = last;
    observer.progressed({ progress: last });
  }

  /** No `ended`, and nobody left who would write it. */
  #isLost(): boolean {
    if (this.#isChild) return false;
    const { directory } = this.#options;
    this.#claim ??= directory.readClaim();
    if (this.#claim === undefined) return this.#wasLaunched;
    if ((this.#claim !== "elsewhen" && isAlive(this.#claim)) || directory.has("ended")) return false;
    this.#endSession();
    return true;
  }

  /** Ends what the supervisor's session still holds: found by the mark in its environment, as process ids are used again. */
  #endSession(): void {
    const claim = this.#claim ?? this.#options.directory.readClaim();
    if (claim === undefined || claim === "elsewhen") return;
    if (this.#options.killSign === "-") {
      for (const { name } of this.#options.plan.containers) {
        const init = this.#options.directory.readInit(name);
        if (init !== undefined && isAlive(init)) signalQuietly(-init.pid, "SIGKILL");
      }
    }
    for (const entry of readdirSync("/proc")) {
      const pid = Number(entry);
      if (Number.isInteger(pid) && sessionOf(pid) === claim.pid && isMarked(pid, this.#options.task.id))
        signalQuietly(pid, "SIGKILL");
    }
  }
}

const stuckAfterMs = 2_000;

function sessionOf(pid: number): number | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    return parseStat(line) === undefined ? undefined : Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[3]);
  } catch {
    return undefined;
  }
}

function isMarked(pid: number, taskId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`CAPSTAN_TASK=${taskId}`);
  } catch {
    return false;
  }
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** How long after a task's start it is looked at again: soon at first, for `started`; then at the common pace. */
export const firstLooksMs = [5, 10, 20, 40, localLimits.pollMs] as const;
