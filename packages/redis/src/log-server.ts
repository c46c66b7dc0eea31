import { randomUUID } from "node:crypto";
import type { LogLine, LogOptions } from "@capstan/core";
import { decodeLogRequest, type LogRequest } from "@capstan/protocol";
import type { RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import { LogAnswer } from "./log-answer.ts";
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
    const answer = new LogAnswer((type, body) => this.#write(request.requestId, type, body));
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
