import { watch } from "node:fs";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogLine, LogOptions } from "@capstan/core";
import { CapturedStream, LineCutter } from "./captured-log.ts";
import { localLimits } from "./local-limits.ts";
import type { TaskDirectory } from "./task-directory.ts";

const tailLinesMax = 100_000;

/** The lines of a task's containers in the order of their times; with `follow`, until the task has ended. */
export async function* readLogs(directory: TaskDirectory, options: LogOptions): AsyncIterable<LogLine> {
  const cutters = new Map<string, readonly LineCutter[]>();
  const wanted = (line: LogLine): boolean => options.sinceMs === undefined || line.atMs >= options.sinceMs;
  let kept: LogLine[] | undefined = options.tailLines === undefined ? undefined : [];
  const tailLines = Math.min(options.tailLines ?? 0, tailLinesMax);
  for (;;) {
    const hasEnded = directory.has("ended") || directory.has("outcome.json") || !directory.has("task.json");
    await openNew(directory, options.container, cutters);
    const lines = [...cutters.values()].flat().flatMap((cutter) => cutter.next(hasEnded));
    lines.sort((left, right) => left.atMs - right.atMs);
    if (kept === undefined) yield* lines.filter(wanted);
    else kept = [...kept, ...lines.filter(wanted)].slice(tailLines === 0 ? Number.MAX_SAFE_INTEGER : -tailLines);
    if (lines.length > 0) continue;
    // What was there at the first look has been read: the tail of it goes out, what comes later goes out as it comes.
    if (kept !== undefined) {
      yield* kept;
      kept = undefined;
    }
    if (hasEnded || !options.follow) return;
    await change(directory);
  }
}

async function openNew(
  directory: TaskDirectory,
  only: string | undefined,
  cutters: Map<string, readonly LineCutter[]>,
): Promise<void> {
  const names = await readdir(directory.at("c")).catch(() => []);
  for (const name of names) {
    if (cutters.has(name) || (only !== undefined && only !== name)) continue;
    const streams = (["stdout", "stderr"] as const).map(
      (stream) => new CapturedStream(directory.container(name), stream),
    );
    cutters.set(
      name,
      streams.map((stream) => new LineCutter(stream, name)),
    );
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
