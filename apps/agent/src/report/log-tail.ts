import type { Clock, LogLine, Runtime } from "@capstan/core";

const linesMax = 40;
const lengthMax = 2_048;
/** A report does not wait for a log that does not come. */
const patienceMs = 3_000;

/** The end of a task's log, whole lines as far as they fit; undefined when there is none, or none in time. */
export async function readLogTail(runtime: Runtime, taskId: string, clock: Clock): Promise<string | undefined> {
  const patience = new AbortController();
  const iterator = runtime.logs(taskId, { follow: false, tailLines: linesMax })[Symbol.asyncIterator]();
  const lines: LogLine[] = [];
  const read = async (): Promise<"read"> => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      lines.push(next.value);
      // Several containers, each with its own end.
      if (lines.length > 4 * linesMax) lines.shift();
    }
    return "read";
  };
  const end = await Promise.race([
    read().catch(() => "failed" as const),
    clock.sleep(patienceMs, patience.signal).then(() => "late" as const),
  ]);
  patience.abort();
  // What hangs is left alone: an iterator that waits cannot be told to end before it has answered.
  if (end === "late") void iterator.return?.()?.catch(() => undefined);
  return tailOf(lines.map(({ text }) => text));
}

function tailOf(lines: readonly string[]): string | undefined {
  let tail: string | undefined;
  for (const line of lines.toReversed()) {
    const longer = tail === undefined ? line.slice(-lengthMax) : `${line}\n${tail}`;
    if (longer.length > lengthMax) break;
    tail = longer;
  }
  return tail === "" ? undefined : tail;
}
