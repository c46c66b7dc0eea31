import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Task, TaskOutcome } from "@capstan/core";

/** Why a task was ended from outside, kept on disk so that a successor of the agent finishes the kill. */
export interface KillRecord {
  readonly reason: string;
  readonly graceMs: number;
  readonly atMs: number;
}

/** A process by its id and start time: the pair is never used twice while the machine is up. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: string;
}

/** The folder of one task: everything that must survive the agent. */
export class TaskDirectory {
  readonly path: string;
  readonly taskId: string;

  constructor(tasksFolder: string, taskId: string) {
    this.taskId = taskId;
    this.path = join(tasksFolder, folderName(taskId));
  }

  at(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  container(name: string, ...parts: readonly string[]): string {
    return join(this.path, "c", name, ...parts);
  }

  has(...parts: readonly string[]): boolean {
    return this.modifiedAtMs(...parts) !== undefined;
  }

  modifiedAtMs(...parts: readonly string[]): number | undefined {
    return statSync(this.at(...parts), { throwIfNoEntry: false })?.mtimeMs;
  }

  text(...parts: readonly string[]): string | undefined {
    try {
      return readFileSync(this.at(...parts), "utf8");
    } catch {
      return undefined;
    }
  }

  writeTask(task: Task): void {
    mkdirSync(this.path, { recursive: true, mode: 0o755 });
    this.#writeWhole("task.json", JSON.stringify(task));
  }

  readTask(): Task | undefined {
    return this.#json<Task>("task.json");
  }

  writeOutcome(outcome: TaskOutcome): void {
    this.#writeWhole("outcome.json", JSON.stringify(outcome));
  }

  readOutcome(): TaskOutcome | undefined {
    return this.#json<TaskOutcome>("outcome.json");
  }

  writeKill(record: KillRecord): void {
    this.#writeWhole("kill.json", JSON.stringify(record));
  }

  readKill(): KillRecord | undefined {
    return this.#json<KillRecord>("kill.json");
  }

  /** The supervisor that claimed the task; "elsewhen" when it was before this machine's last start. */
  readClaim(): ProcessIdentity | "elsewhen" | undefined {
    const text = this.text("claim");
    if (text === undefined) return undefined;
    // The claim is made and then written: between the two it is empty, for microseconds unless the machine stopped there.
    if (text === "" && Date.now() - (this.modifiedAtMs("claim") ?? 0) < 5_000) return undefined;
    const space = text.indexOf(" ");
    if (space < 0 || text.slice(0, space) !== bootId()) return "elsewhen";
    return parseStat(text.slice(space + 1)) ?? "elsewhen";
  }

  /** Process 1 of a container, once its command is about to start. */
  readInit(container: string): ProcessIdentity | undefined {
    const text = this.text("c", container, "init");
    return text === undefined ? undefined : parseStat(text);
  }

  exitCode(container: string): number | undefined {
    const text = this.text("c", container, "code")?.trim();
    return text ? Number(text) : undefined;
  }

  /** Makes an empty file whose being there says something. */
  mark(name: string): void {
    writeFileSync(this.at(name), "");
  }

  #json<T>(name: string): T | undefined {
    const text = this.text(name);
    try {
      return text === undefined ? undefined : (JSON.parse(text) as T);
    } catch {
      return undefined; // Half a file can only be what a crash left; it counts as not written.
    }
  }

  /** A reader sees all of the file or none of it. */
  #writeWhole(name: string, text: string): void {
    const draft = this.at(`${name}.${process.pid}.draft`);
    writeFileSync(draft, text);
    renameSync(draft, this.at(name));
  }
}

/** Task ids are safe names already (uid.node.attempt); anything else becomes one. */
function folderName(taskId: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(taskId)) return taskId;
  return `h-${createHash("sha256").update(taskId).digest("hex").slice(0, 40)}`;
}

let knownBootId: string | undefined;

function bootId(): string {
  knownBootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return knownBootId;
}

/** Reads pid and start time out of a line of /proc/<pid>/stat; the program's name in it may hold anything. */
export function parseStat(line: string): ProcessIdentity | undefined {
  const pid = Number.parseInt(line, 10);
  const startTicks = line.slice(line.lastIndexOf(")") + 2).split(" ")[19];
  return Number.isInteger(pid) && startTicks !== undefined ? { pid, startTicks } : undefined;
}

/** Is the very process still there (a zombie is not)? */
export function isAlive(identity: ProcessIdentity): boolean {
  try {
    const line = readFileSync(`/proc/${identity.pid}/stat`, "utf8");
    const state = line.slice(line.lastIndexOf(")") + 2)[0];
    return parseStat(line)?.startTicks === identity.startTicks && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}
