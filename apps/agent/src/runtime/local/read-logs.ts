import { watch } from "node:fs";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogLine, LogOptions } from "@capstan/core";
import { LatestLines } from "../last-lines.ts";
import { searchOf, type TextTest } from "../line-search.ts";
import { CapturedStream, LineCutter, tailOffset } from "./captured-log.ts";
import { localLimits } from "./local-limits.ts";
import type { TaskDirectory } from "./task-directory.ts";

/** The lines of a task's containers in the order of their times; with `follow`, until the task has ended. */
export async function* readLogs(directory: TaskDirectory, options: LogOptions): AsyncIterable<LogLine> {
  const { tailLines, sinceMs = 0 } = options;
  const search = searchOf(options);
  const log = new TaskLog(directory, options.container);
  let last = tailLines === undefined ? undefined : new LatestLines(tailLines, localLimits.logTailBytesMax);
  let isFirst = true;
  for (;;) {
    const hasEnded = directory.has("ended") || directory.has("outcome.json") || !directory.has("task.json");
    // Where lines are searched for, the last of them may be anywhere.
    await log.open(last === undefined || search !== undefined ? undefined : tailLines);
    const { lines, isOver } = log.next(hasEnded, search);
    let given = lines.filter(({ atMs }) => atMs >= sinceMs);
    if (last !== undefined) {
      for (const line of given) last.add(line);
      if (!isOver) continue;
      // What was there at the first look has been read: the last of it goes out, what comes later goes out as it comes.
      const latest = last.end();
      given = [...latest.lines];
      log.skippedBytes += search === undefined ? latest.pushedOutBytes : 0;
      last = undefined;
    }
    const [first] = given;
    if (isFirst && first !== undefined) {
      isFirst = false;
      if (log.skippedBytes > 0) given[0] = { ...first, skippedBytes: log.skippedBytes };
    }
    yield* given;
    if (!isOver) continue;
    if (hasEnded || !options.follow) return;
    await change(directory);
  }
}

/** The streams of a task's containers, those too that come later. */
class TaskLog {
  /** Of all streams: what lies before the first line that was read. */
  skippedBytes = 0;
  readonly #directory: TaskDirectory;
  readonly #only: string | undefined;
  readonly #cutters = new Map<string, readonly LineCutter[]>();

  constructor(directory: TaskDirectory, only: string | undefined) {
    this.#directory = directory;
    this.#only = only;
  }

  /** Opens what is there and not open yet, at its last lines or, without a number of them, at its beginning. */
  async open(tailLines: number | undefined): Promise<void> {
    const names = await readdir(this.#directory.at("c")).catch(() => []);
    for (const name of names) {
      if (this.#cutters.has(name) || (this.#only !== undefined && this.#only !== name)) continue;
      const folder = this.#directory.container(name);
      const cutters = (["stdout", "stderr"] as const).map((stream) => {
        const source = new CapturedStream(folder, stream);
        const from =
          tailLines === undefined ? source.firstOffset : tailOffset(source, tailLines, localLimits.logTailBytesMax);
        this.skippedBytes += from;
        return new LineCutter(source, name, from);
      });
      this.#cutters.set(name, cutters);
    }
  }

  next(
    hasEnded: boolean,
    search: TextTest | undefined,
  ): { readonly lines: readonly LogLine[]; readonly isOver: boolean } {
    const read = [...this.#cutters.values()].flat().map((cutter) => cutter.next(hasEnded, search));
    const lines = read.flatMap((one) => one.lines).sort((left, right) => left.atMs - right.atMs);
    return { lines, isOver: read.every(({ isOver }) => isOver) };
  }
}

/** Waits until something in the task's folder changes, or for one poll. */
async function change(directory: TaskDirectory): Promise<void> {
  const woken = new AbortController();
  let watcher: ReturnType<typeof watch> | undefined;
  try {
    watcher = watch(directory.path, () => woken.abort());
    watcher.on("error", () => woken.abort());
  } catch {
    // Without a watch the poll does it.
  }
  await sleep(localLimits.pollMs, undefined, { signal: woken.signal }).catch(() => undefined);
  watcher?.close();
}
