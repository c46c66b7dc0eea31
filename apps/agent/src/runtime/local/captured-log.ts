import { spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import type { LogLine } from "@capstan/core";
import type { TextTest } from "../line-search.ts";
import { localLimits } from "./local-limits.ts";

type Stream = LogLine["stream"];

const newline = 10;
const carriageReturn = 13;
/** What is read of a log at a time. */
const chunkBytes = 256 * 1024;

/** The last bytes of a file, at most so many; empty when there is none. */
export function readTail(path: string, bytesMax: number): Buffer {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return readRange(path, Math.max(0, size - bytesMax), bytesMax);
}

export function readRange(path: string, offset: number, bytesMax: number): Buffer {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const length = Math.max(0, Math.min(bytesMax, statSync(path).size - offset));
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, offset));
  } finally {
    closeSync(file);
  }
}

/**
 * One stream of one container: a file that the supervisor appends to, and beside it `<file>.times`, in which the agent notes how long
 * the file was when. A byte's time is that of the first note behind it; without one, the file's last change.
 */
export class CapturedStream {
  readonly path: string;
  readonly stream: Stream;
  #notedSize: number;

  constructor(folder: string, stream: Stream) {
    this.path = `${folder}/${stream}`;
    this.stream = stream;
    this.#notedSize = this.times().at(-1)?.offset ?? 0;
  }

  get size(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Notes the present length; keeps the file within its limit by giving the disk back what is old (the offsets stay). */
  note(nowMs: number): void {
    const size = this.size;
    if (size === this.#notedSize) return;
    this.#notedSize = size;
    appendFileSync(`${this.path}.times`, `${size} ${Math.round(nowMs)}\n`);
    const excess = size - this.firstOffset - localLimits.logFileBytesMax;
    if (excess > 0) this.#dropUntil(size - localLimits.logFileBytesMax / 2);
  }

  times(): readonly { readonly offset: number; readonly atMs: number }[] {
    try {
      const lines = readFileSync(`${this.path}.times`, "utf8").trim().split("\n");
      return lines.map((line) => {
        const [offset = "0", atMs = "0"] = line.split(" ");
        return { offset: Number(offset), atMs: Number(atMs) };
      });
    } catch {
      return [];
    }
  }

  /** Where the kept part begins. */
  get firstOffset(): number {
    try {
      return Number(readFileSync(`${this.path}.first`, "utf8"));
    } catch {
      return 0;
    }
  }

  #dropUntil(offset: number): void {
    const aligned = Math.floor(offset / 4_096) * 4_096;
    // Written first: whoever reads meanwhile must not meet the hole.
    writeFileSync(`${this.path}.first`, String(aligned));
    const punch = spawn("fallocate", ["--punch-hole", "--offset", "0", "--length", String(aligned), this.path], {
      stdio: "ignore",
    });
    punch.on("error", () => undefined);
  }
}

/** Where the last lines of a stream begin; where there are fewer, or they are longer than `bytesMax`, what is there of them. */
export function tailOffset({ path, firstOffset, size }: CapturedStream, lines: number, bytesMax: number): number {
  const floor = Math.max(firstOffset, size - bytesMax);
  let wanted = lines;
  // The last line's own newline begins no other line.
  for (let to = size - 1, from = to; to > floor; to = from) {
    from = Math.max(floor, to - chunkBytes);
    const chunk = readRange(path, from, to - from);
    for (let at = chunk.lastIndexOf(newline); at >= 0; at = at === 0 ? -1 : chunk.lastIndexOf(newline, at - 1)) {
      wanted -= 1;
      if (wanted <= 0) return from + at + 1;
    }
  }
  if (floor === firstOffset) return firstOffset;
  // Not in the midst of a line.
  const cut = readRange(path, floor, chunkBytes).indexOf(newline);
  return floor + cut + 1;
}

/** Cuts a stream's bytes into lines with times; feed it until the stream has ended, then close it. */
export class LineCutter {
  readonly #source: CapturedStream;
  readonly #container: string;
  #offset: number;
  #rest = Buffer.alloc(0);
  #times: ReturnType<CapturedStream["times"]> = [];
  /** Lines come in order: times before this one are over. */
  #timeAt = 0;

  /** From `offset` on. */
  constructor(source: CapturedStream, container: string, offset: number) {
    this.#source = source;
    this.#container = container;
    this.#offset = offset;
  }

  /** The lines complete by now whose text is wanted, of at most a few hundred kilobytes at a time; `isOver` when there is nothing new. */
  next(
    atEnd: boolean,
    isWanted: TextTest | undefined,
  ): { readonly lines: readonly LogLine[]; readonly isOver: boolean } {
    const chunk = readRange(this.#source.path, this.#offset, chunkBytes);
    const lines: LogLine[] = [];
    let start = this.#offset - this.#rest.length;
    let bytes = Buffer.concat([this.#rest, chunk]);
    this.#offset += chunk.length;
    this.#times = this.#source.times();
    const whole = bytes.lastIndexOf(newline) + 1;
    // Most of a long log is not what is searched for: that is seen at once, not line by line.
    if (whole > 0 && isWanted?.(bytes.toString("utf8", 0, whole)) === false) {
      bytes = bytes.subarray(whole);
      start += whole;
    }
    for (let cut = lineEnd(bytes); cut > 0; cut = lineEnd(bytes)) {
      this.#take(bytes.subarray(0, cut), start, isWanted, lines);
      bytes = bytes.subarray(cut);
      start += cut;
    }
    const isOver = chunk.length === 0;
    if (atEnd && isOver && bytes.length > 0) {
      this.#take(bytes, start, isWanted, lines);
      bytes = Buffer.alloc(0);
    }
    this.#rest = Buffer.from(bytes);
    return { lines, isOver };
  }

  #take(bytes: Buffer, offset: number, isWanted: TextTest | undefined, lines: LogLine[]): void {
    const text = bytes.toString("utf8", 0, endOfText(bytes));
    if (isWanted?.(text) === false) return;
    const atMs = Math.round(this.#timeOf(offset));
    lines.push({ atMs, stream: this.#source.stream, container: this.#container, text });
  }

  #timeOf(offset: number): number {
    while ((this.#times[this.#timeAt]?.offset ?? Number.POSITIVE_INFINITY) <= offset) this.#timeAt += 1;
    const noted = this.#times[this.#timeAt]?.atMs;
    return noted ?? statSync(this.#source.path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }
}

/** Where the text of a line ends: before its newline, and before a carriage return there. */
function endOfText(line: Buffer): number {
  if (line.at(-1) !== newline) return line.length;
  return line.at(-2) === carriageReturn ? line.length - 2 : line.length - 1;
}

/** Length of the first line with its newline; a line beyond the limit is cut there; 0 when there is no whole line. */
function lineEnd(bytes: Buffer): number {
  const end = bytes.indexOf(newline);
  if (end >= 0 && end < localLimits.logLineBytesMax) return end + 1;
  return bytes.length > localLimits.logLineBytesMax ? localLimits.logLineBytesMax : 0;
}
