import { randomUUID } from "node:crypto";
import type { LogLine, LogOptions, LogSource, Task } from "@capstan/core";
import { decodeLogLines, encodeLogRequest } from "@capstan/protocol";
import { openBeside, type RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import { logLimits } from "./log-limits.ts";
import { fieldOf, nextStreamId, type StreamEntry } from "./stream.ts";

const blockMs = 500;

/** Why a log could not be read; the message says what to look at. */
export class LogUnavailableError extends Error {
  override readonly name = "LogUnavailableError";
}

/** Asks a pool's agents for logs, and reads the answer from a stream that exists for this request only. */
export class RedisLogSource implements LogSource {
  readonly #redis: RedisClient;
  readonly #answerWithinMs: number;

  constructor(redis: RedisClient, options: { readonly answerWithinMs?: number } = {}) {
    this.#redis = redis;
    this.#answerWithinMs = options.answerWithinMs ?? logLimits.answerWithinMs;
  }

  async *requestLogs(
    task: Pick<Task, "id" | "pool">,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncGenerator<LogLine, void, void> {
    const requestId = randomUUID();
    // A blocking read holds its connection, so every request has its own.
    const reader = openBeside(this.#redis);
    try {
      await this.#redis.set(keys.logReader(requestId), "1", "PX", logLimits.readerTtlMs);
      const request = encodeLogRequest({ requestId, taskId: task.id, options });
      const agents = await this.#redis.publish(channels.logsRequested(task.pool), request);
      yield* this.#readAnswer(reader, requestId, { ...task, agents }, signal);
    } finally {
      reader.disconnect();
      await this.#redis.del(keys.logReader(requestId), keys.logLines(requestId), keys.logWriter(requestId));
    }
  }

  async *#readAnswer(
    reader: RedisClient,
    requestId: string,
    asked: { readonly id: string; readonly pool: string; readonly agents: number },
    signal: AbortSignal,
  ): AsyncGenerator<LogLine, void, void> {
    let quietUntilMs = Date.now() + this.#answerWithinMs;
    let refusals = 0;
    let answered = false;
    for (let cursor = "0-0"; !signal.aborted; ) {
      const entries = await this.#readEntries(reader, requestId, cursor);
      if (entries.length === 0 && Date.now() > quietUntilMs) throw silence(asked, answered);
      for (const entry of entries) {
        quietUntilMs = Date.now() + logLimits.aliveWithinMs;
        cursor = entry[0];
        switch (fieldOf(entry, "type")) {
          case "none":
            // Not an answer yet: another agent may have it.
            refusals++;
            break;
          case "end":
            return;
          case "error":
            throw new LogUnavailableError(`the log of task ${asked.id} ended early: ${fieldOf(entry, "body") ?? ""}`);
          case "lines":
            yield* linesOf(entry);
        }
        answered ||= fieldOf(entry, "type") !== "none";
      }
      if (entries.length > 0) await this.#forgetThrough(requestId, cursor);
      // In a cluster only the receivers of one node are counted, so refusals can be more.
      if (!answered && asked.agents > 0 && refusals >= asked.agents) return;
    }
  }

  async #readEntries(reader: RedisClient, requestId: string, cursor: string): Promise<readonly StreamEntry[]> {
    const lines = keys.logLines(requestId);
    const read = await reader.xread("COUNT", 16, "BLOCK", blockMs, "STREAMS", lines, cursor);
    await this.#redis.set(keys.logReader(requestId), "1", "PX", logLimits.readerTtlMs);
    return read?.[0]?.[1] ?? [];
  }

  // What was read makes room for what comes.
  async #forgetThrough(requestId: string, id: string): Promise<void> {
    await this.#redis.xtrim(keys.logLines(requestId), "MINID", nextStreamId(id));
  }
}

function linesOf(entry: StreamEntry): readonly LogLine[] {
  const decoded = decodeLogLines(fieldOf(entry, "body") ?? "");
  if (!decoded.ok) throw new LogUnavailableError(decoded.error.message);
  return decoded.value;
}

function silence(
  { id, pool, agents }: { readonly id: string; readonly pool: string; readonly agents: number },
  answered: boolean,
): LogUnavailableError {
  if (answered) return new LogUnavailableError(`the agent that sends the log of task ${id} stopped answering`);
  return new LogUnavailableError(
    agents === 0
      ? `no agent of pool "${pool}" is connected, so nobody has the log of task ${id}: is one running?`
      : `no agent of pool "${pool}" answered the request for the log of task ${id} in time`,
  );
}
