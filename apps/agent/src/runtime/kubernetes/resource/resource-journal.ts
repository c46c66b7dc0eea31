import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock, LogLine, LogOptions, Task, TaskOutcome } from "@capstan/core";
import { searchOf } from "../../line-search.ts";
import type { ObjectPlace } from "./object-place.ts";

/** What is known of a task that the agent itself carries out; it has no Pod that would remember. */
interface Entry {
  readonly task: Task;
  readonly startedAtMs: number;
  readonly lines: readonly LogLine[];
  /** The action was begun: a deletion may have happened. */
  readonly begun?: boolean;
  /** The action was done: what it left. Null when that is nothing. */
  readonly done?: ObjectPlace | null;
  readonly outcome?: TaskOutcome;
  /** The outcome is committed; the lines stay for those who read logs. */
  readonly forgottenAtMs?: number;
}

const linesMax = 1_000;

/** One task's entry, on disk before anything else learns of it, so that an agent that starts again goes on where it was. */
export class ResourceJournal {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #entry: Entry;

  constructor(path: string, clock: Clock, entry: Entry) {
    this.#path = path;
    this.#clock = clock;
    this.#entry = entry;
  }

  get entry(): Entry {
    return this.#entry;
  }

  note(change: Partial<Entry>): void {
    this.#entry = { ...this.#entry, ...change };
    const draft = `${this.#path}.draft`;
    writeFileSync(draft, JSON.stringify(this.#entry), { mode: 0o600 });
    renameSync(draft, this.#path);
    for (const wake of this.#waiting) wake();
  }

  /** A line of the task's log. */
  say(text: string): void {
    const line = { atMs: this.#clock.nowMs(), stream: "stdout", container: "main", text } as const;
    if (this.#entry.lines.length < linesMax) this.note({ lines: [...this.#entry.lines, line] });
  }

  async *lines(options: LogOptions): AsyncIterable<LogLine> {
    const { follow, tailLines, sinceMs = 0, container = "main" } = options;
    const search = searchOf(options);
    const isSought = ({ text }: LogLine): boolean => search?.(text) !== false;
    if (container !== "main") return;
    let shown = this.#entry.lines.length;
    const wanted = this.#entry.lines.filter((line) => line.atMs >= sinceMs && isSought(line));
    yield* tailLines === undefined ? wanted : wanted.slice(Math.max(0, wanted.length - tailLines));
    while (follow) {
      const { lines, outcome } = this.#entry;
      yield* lines.slice(shown).filter(isSought);
      if (outcome !== undefined) return;
      // A reader may be slow: what came while it read is shown before it waits.
      if (this.#entry.lines.length === lines.length && this.#entry.outcome === undefined) await this.#changed();
      shown = lines.length;
    }
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}

const keptMax = 500;
const keptMs = 24 * 3_600_000;

/** The journals of this node's tasks, a file each. */
export class ResourceJournals {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #journals = new Map<string, ResourceJournal>();

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) if (name.endsWith(".json")) this.#load(join(folder, name));
  }

  find(taskId: string): ResourceJournal | undefined {
    return this.#journals.get(taskId);
  }

  /** The task's journal: an earlier agent's, or a new one. */
  open(task: Task): ResourceJournal {
    const known = this.#journals.get(task.id);
    if (known !== undefined) return known;
    const entry = { task, startedAtMs: this.#clock.nowMs(), lines: [] };
    const journal = new ResourceJournal(this.#pathOf(task.id), this.#clock, entry);
    this.#journals.set(task.id, journal);
    journal.note({});
    return journal;
  }

  /** Tasks whose outcome is not committed yet. */
  unfinished(): readonly Task[] {
    return [...this.#journals.values()].flatMap(({ entry }) => (entry.forgottenAtMs === undefined ? [entry.task] : []));
  }

  forget(taskId: string): void {
    this.#journals.get(taskId)?.note({ forgottenAtMs: this.#clock.nowMs() });
  }

  /** Drops what nobody has asked for in a day, and the oldest beyond a number. */
  collectGarbage(): void {
    const old = [...this.#journals]
      .flatMap(([id, { entry }]) => (entry.forgottenAtMs === undefined ? [] : [{ id, atMs: entry.forgottenAtMs }]))
      .sort((left, right) => right.atMs - left.atMs);
    for (const [index, { id, atMs }] of old.entries()) {
      if (index < keptMax && this.#clock.nowMs() - atMs < keptMs) continue;
      this.#journals.delete(id);
      rmSync(this.#pathOf(id), { force: true });
    }
  }

  /** A file that the agent could not finish writing was never told of to anybody. */
  #load(path: string): void {
    try {
      const entry = JSON.parse(readFileSync(path, "utf8")) as Entry;
      this.#journals.set(entry.task.id, new ResourceJournal(path, this.#clock, entry));
    } catch {
      rmSync(path, { force: true });
    }
  }

  #pathOf(taskId: string): string {
    return join(this.#folder, `${encodeURIComponent(taskId)}.json`);
  }
}
