import { randomUUID } from "node:crypto";
import type { LogLine, LogOptions } from "@capstan/core";
import { decodeLogRequest, encodeLogLines, type LogRequest } from "@capstan/protocol";
import type { RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import { type LogEntryType, logLimits } from "./log-limits.ts";
import { Script } from "./script.ts";
import type { Subscriptions } from "./subscriptions.ts";

const logWrite = new Script("log-write");

/** Gives the lines of a task's log; undefined when this agent does not have it. The signal aborts when nobody reads any more. */
export type LogHandler = (
  taskId: string,
  options: LogOptions,
  signal: AbortSignal,
) => AsyncIterable<LogLine> | undefined;

/** An agent's end of the log relay. */
export class RedisLogServer {
  readonly #redis: RedisClient;
  readonly #subscriptions: Subscriptions;
  readonly #writerId = randomUUID();

  constructor(redis: RedisClient, subscriptions: Subscriptions) {
    this.#redis = redis;
    this.#subscriptions = subscriptions;
  }

  /** Answers the pool's log requests from now on; what it returns stops that. */
  serveLogs(pool: string, handler: LogHandler): Promise<() => Promise<void>> {
    return this.#subscriptions.subscribe(channels.logsRequested(pool), (message) => {
      const decoded = decodeLogRequest(message);
      // A request that cannot be read is some other version's; the one who asks gets its time-out.
      if (decoded.ok) this.#answer(decoded.value, handler).catch(() => undefined);
    });
  }

  async #answer(request: LogRequest, handler: LogHandler): Promise<void> {
    const abort = new AbortController();
    const lines = handler(request.taskId, request.options, abort.signal);
    if (lines === undefined) {
      await this.#write(request.requestId, "none", "");
      return;
    }
    const answer = new Answer((type, body) => this.#write(request.requestId, type, body));
    const iterator = lines[Symbol.asyncIterator]();
    try {
      await answer.begin();
      // A log that is followed may be silent for hours: the reader's leaving must end the wait for its next line.
      for (;;) {
        const next = await answer.whileRead(iterator.next());
        if (next === undefined) return;
        if (next.done) break;
        await answer.add(next.value);
      }
      await answer.end();
    } catch (error) {
      await answer.fail(error instanceof Error ? error.message : String(error));
    } finally {
      answer.stop();
      abort.abort();
      // Not awaited: a generator that waits for a line returns only after it.
      iterator.return?.().catch(() => undefined);
    }
  }

  async #write(requestId: string, type: LogEntryType, body: string): Promise<string> {
    const reply = await logWrite.run(
      this.#redis,
      [keys.logLines(requestId), keys.logReader(requestId), keys.logWriter(requestId)],
      [this.#writerId, type, body, logLimits.chunksWaitingMax, logLimits.streamTtlMs],
    );
    return String(reply);
  }
}

/** Lines on their way to one reader: gathered for a moment, sent in order, and held back while the reader is behind. */
class Answer {
  readonly #write: (type: LogEntryType, body: string) => Promise<string>;
  readonly #alive: NodeJS.Timeout;
  #lines: LogLine[] = [];
  #delay: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #isGone = false;
  #onGone: () => void = () => undefined;

  constructor(write: (type: LogEntryType, body: string) => Promise<string>) {
    this.#write = write;
    this.#alive = setInterval(() => void this.#send("alive", ""), logLimits.aliveEveryMs);
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
    if (this.#lines.length >= logLimits.linesPerChunkMax) await this.#flush();
    else this.#delay ??= setTimeout(() => void this.#flush(), logLimits.chunkDelayMs);
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
    if (lines.length > 0) await this.#send("lines", encodeLogLines(lines));
  }

  #send(type: LogEntryType, body: string): Promise<void> {
    this.#sending = this.#sending.then(() => this.#sendNow(type, body));
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
