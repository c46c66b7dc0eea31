import type { LogLine } from "@capstan/core";
import { encodeLogLines } from "@capstan/protocol";
import { type LogEntryType, logLimits } from "./log-limits.ts";

/**
 * Lines on their way to one reader: gathered for a moment, sent in order, and held back while the reader is behind. Then one chunk waits to be
 * written and the next gathers, and whoever would fill that one waits too.
 */
export class LogAnswer {
  readonly #write: (type: LogEntryType, body: string) => Promise<string>;
  readonly #alive: NodeJS.Timeout;
  #lines: LogLine[] = [];
  #length = 0;
  #delay: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #unsent = 0;
  #isGone = false;
  #onGone: () => void = () => undefined;

  constructor(write: (type: LogEntryType, body: string) => Promise<string>) {
    this.#write = write;
    this.#alive = setInterval(() => this.#isAlive(), logLimits.aliveEveryMs);
  }

  /** What is waited for, or undefined when nobody reads any more; one wait at a time. */
  whileRead<T>(waited: Promise<T>): Promise<T | undefined> {
    // Not Promise.race with one long-lived promise: that would keep a reaction for every line of the log.
    return new Promise((resolve, reject) => {
      this.#onGone = () => resolve(undefined);
      waited.then(resolve, reject);
      if (this.#isGone) resolve(undefined);
    });
  }

  /** Tells the reader at once that somebody has the log. */
  begin(): Promise<void> {
    return this.#send("alive", "");
  }

  async add(line: LogLine): Promise<void> {
    this.#lines.push(line);
    this.#length += line.text.length;
    const isFull = this.#lines.length >= logLimits.linesPerChunkMax || this.#length >= logLimits.chunkLengthMax;
    if (isFull) await this.#flush();
    // The delay lasts until what is under way has left: a reader that is behind must not have chunks queue up here.
    else this.#delay ??= setTimeout(() => void this.#sending.then(() => this.#flush()), logLimits.chunkDelayMs);
  }

  async end(): Promise<void> {
    await this.#flush();
    await this.#send("end", "");
  }

  async fail(message: string): Promise<void> {
    await this.#flush();
    await this.#send("error", message);
  }

  stop(): void {
    clearInterval(this.#alive);
    clearTimeout(this.#delay);
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#delay);
    this.#delay = undefined;
    const lines = this.#lines;
    this.#lines = [];
    this.#length = 0;
    if (lines.length > 0) await this.#send("lines", encodeLogLines(lines));
  }

  #isAlive(): void {
    if (this.#unsent === 0) void this.#send("alive", "");
  }

  #send(type: LogEntryType, body: string): Promise<void> {
    this.#unsent += 1;
    this.#sending = this.#sending.then(async () => {
      await this.#sendNow(type, body);
      this.#unsent -= 1;
    });
    return this.#sending;
  }

  // The log is not read on while a full chunk waits here for room: whoever adds a line waits for it.
  async #sendNow(type: LogEntryType, body: string): Promise<void> {
    while (!this.#isGone) {
      const reply = await this.#write(type, body).catch(() => "gone");
      if (reply === "written") return;
      if (reply === "gone") {
        this.#isGone = true;
        this.#onGone();
      } else await new Promise((resolve) => setTimeout(resolve, logLimits.fullRetryMs));
    }
  }
}
