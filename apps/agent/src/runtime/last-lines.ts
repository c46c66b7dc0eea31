import type { LogLine } from "@capstan/core";

/** The last lines of those that are added, in bounded memory. */
export class LastLines {
  readonly #linesMax: number;
  readonly #bytesMax: number;
  #lines: LogLine[] = [];
  /** Those before it have been pushed out. */
  #first = 0;
  #bytes = 0;
  #pushedOutBytes = 0;

  constructor(linesMax: number, bytesMax: number) {
    this.#linesMax = linesMax;
    this.#bytesMax = bytesMax;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    this.#bytes += bytesOf(line);
    while (this.#lines.length - this.#first > this.#linesMax || this.#bytes > this.#bytesMax) this.#pushOut();
  }

  /** What is kept, in the order in which it was added. */
  get lines(): readonly LogLine[] {
    return this.#lines.slice(this.#first);
  }

  /** Bytes of what was added and is not kept. */
  get pushedOutBytes(): number {
    return this.#pushedOutBytes;
  }

  #pushOut(): void {
    const line = this.#lines[this.#first];
    if (line === undefined) return;
    this.#first += 1;
    this.#bytes -= bytesOf(line);
    this.#pushedOutBytes += bytesOf(line);
    // Moved only now and then: taking the first of an array away costs its length.
    if (this.#first < this.#lines.length / 2) return;
    this.#lines = this.#lines.slice(this.#first);
    this.#first = 0;
  }
}

/** The last lines by their times, of streams that come at paces of their own: none pushes out what another wrote later. */
export class LatestLines {
  readonly #linesMax: number;
  readonly #bytesMax: number;
  readonly #streams = new Map<string, LastLines>();

  constructor(linesMax: number, bytesMax: number) {
    this.#linesMax = linesMax;
    this.#bytesMax = bytesMax;
  }

  add(line: LogLine): void {
    const key = `${line.container} ${line.stream}`;
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = new LastLines(this.#linesMax, this.#bytesMax);
      this.#streams.set(key, stream);
    }
    stream.add(line);
  }

  /** What is kept, in the order of time, and how much of what was added is not. */
  end(): { readonly lines: readonly LogLine[]; readonly pushedOutBytes: number } {
    const streams = [...this.#streams.values()];
    const last = new LastLines(this.#linesMax, this.#bytesMax);
    const lines = streams.flatMap((stream) => stream.lines).sort((left, right) => left.atMs - right.atMs);
    for (const line of lines) last.add(line);
    const pushedOutBytes = streams.reduce((sum, stream) => sum + stream.pushedOutBytes, last.pushedOutBytes);
    return { lines: last.lines, pushedOutBytes };
  }
}

function bytesOf({ text }: LogLine): number {
  return Buffer.byteLength(text) + 1;
}
