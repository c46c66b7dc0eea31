import { spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import type { LogLine } from "@capstan/core";
import { localLimits } from "./local-limits.ts";

type Stream = LogLine["stream"];

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

/** Cuts a stream's bytes into lines with times; feed it until the stream has ended, then close it. */
export class LineCutter {
  readonly #source: CapturedStream;
  readonly #container: string;
  #offset: number;
  #rest = Buffer.alloc(0);

  constructor(source: CapturedStream, container: string) {
    this.#source = source;
    this.#container = container;
    this.#offset = source.firstOffset;
  }

  /** The lines complete by now, at most a few hundred kilobytes of them at a time; empty when there is nothing new. */
  next(atEnd: boolean): readonly LogLine[] {
    const chunk = readRange(this.#source.path, this.#offset, 256 * 1024);
    const times = this.#source.times();
    const lines: LogLine[] = [];
    let start = this.#offset - this.#rest.length;
    let bytes = Buffer.concat([this.#rest, chunk]);
    this.#offset += chunk.length;
    for (let cut = lineEnd(bytes); cut > 0; cut = lineEnd(bytes)) {
      lines.push(this.#line(bytes.subarray(0, cut), start, times));
      bytes = bytes.subarray(cut);
      start += cut;
    }
    if (atEnd && chunk.length === 0 && bytes.length > 0) {
      lines.push(this.#line(bytes, start, times));
      bytes = Buffer.alloc(0);
    }
    this.#rest = Buffer.from(bytes);
    return lines;
  }

  #line(bytes: Buffer, offset: number, times: ReturnType<CapturedStream["times"]>): LogLine {
    const noted = times.find((time) => time.offset > offset)?.atMs;
    const atMs = noted ?? statSync(this.#source.path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const text = bytes.toString("utf8").replace(/\r?\n$/, "");
    return { atMs: Math.round(atMs), stream: this.#source.stream, container: this.#container, text };
  }
}

/** Length of the first line with its newline; a line beyond the limit is cut there; 0 when there is no whole line. */
function lineEnd(bytes: Buffer): number {
  const newline = bytes.indexOf(10);
  if (newline >= 0 && newline < localLimits.logLineBytesMax) return newline + 1;
  return bytes.length > localLimits.logLineBytesMax ? localLimits.logLineBytesMax : 0;
}
