import type { components } from "@capstan/client";

export type LogLine = components["schemas"]["LogLines"]["lines"][number];

/** The end of a log: a log may have millions of lines, a page cannot. */
export interface KeptLines {
  readonly lines: readonly LogLine[];
  readonly bytes: number;
  /** How much of the log is known to lie before these lines. */
  readonly skippedBytes: number;
}

export const linesKeptMax = 20_000;
const bytesKeptMax = 16_000_000;

export const noLines: KeptLines = { lines: [], bytes: 0, skippedBytes: 0 };

/** With lines that came after; those that are too many go at the beginning. */
export function withMore(kept: KeptLines, fresh: readonly LogLine[]): KeptLines {
  const all = [...kept.lines, ...fresh];
  const freshBytes = fresh.reduce((sum, line) => sum + bytesOf(line), 0);
  let bytes = kept.bytes + freshBytes;
  let skippedBytes = kept.skippedBytes + (fresh[0]?.skippedBytes ?? 0);
  let first = 0;
  for (; first < all.length && (all.length - first > linesKeptMax || bytes > bytesKeptMax); first++) {
    const dropped = bytesOf(all[first]);
    bytes -= dropped;
    skippedBytes += dropped;
  }
  return { lines: first === 0 ? all : all.slice(first), bytes, skippedBytes };
}

/** Near enough: what is not ASCII takes more. */
function bytesOf(line: LogLine | undefined): number {
  return (line?.text.length ?? 0) + 1;
}
