import type { LogLine } from "@capstan/core";
import { decodeLogLines } from "@capstan/protocol";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LogAnswer } from "./log-answer.ts";
import { type LogEntryType, logLimits } from "./log-limits.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function line(index: number): LogLine {
  return { atMs: index, stream: "stdout", container: "main", text: `line ${index}` };
}

/** A reader that takes nothing until it is told to. */
class StuckReader {
  isStuck = true;
  readonly lines: string[] = [];
  readonly types: LogEntryType[] = [];

  readonly write = async (type: LogEntryType, body: string): Promise<string> => {
    if (this.isStuck && type === "lines") return "full";
    this.types.push(type);
    if (type !== "lines") return "written";
    const decoded = decodeLogLines(body);
    if (decoded.ok) this.lines.push(...decoded.value.map(({ text }) => text));
    return "written";
  };
}

test("while the reader is stuck the log is read no further than two chunks, however slowly its lines come; none is lost", async () => {
  const reader = new StuckReader();
  const answer = new LogAnswer(reader.write);
  let added = 0;
  const adding = (async () => {
    for (; added < 1_000; added++) {
      await answer.add(line(added));
      await vi.advanceTimersByTimeAsync(logLimits.chunkDelayMs);
    }
  })();
  await vi.advanceTimersByTimeAsync(logLimits.chunkDelayMs * 2_000);
  expect(added).toBeLessThanOrEqual(logLimits.linesPerChunkMax + 2);
  expect(reader.types).toEqual([]);
  reader.isStuck = false;
  await vi.advanceTimersByTimeAsync(60_000);
  await adding;
  await answer.end();
  answer.stop();
  expect(reader.lines).toEqual(Array.from({ length: 1_000 }, (_, index) => `line ${index}`));
  expect(reader.types.at(-1)).toBe("end");
});

test("lines that come singly are sent after a moment, together", async () => {
  const reader = new StuckReader();
  reader.isStuck = false;
  const answer = new LogAnswer(reader.write);
  await answer.add(line(0));
  await answer.add(line(1));
  expect(reader.types).toEqual([]);
  await vi.advanceTimersByTimeAsync(logLimits.chunkDelayMs);
  expect([reader.types, reader.lines]).toEqual([["lines"], ["line 0", "line 1"]]);
  await vi.advanceTimersByTimeAsync(logLimits.aliveEveryMs);
  expect(reader.types).toEqual(["lines", "alive"]);
  answer.stop();
});
