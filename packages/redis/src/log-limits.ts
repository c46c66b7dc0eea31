/** How a log travels from an agent to whoever asked for it; both ends have to agree on these. */
export const logLimits = {
  /** An answer must begin within this time. */
  answerWithinMs: 5_000,
  /** The agent says that it is still there this often, and counts as gone after the second limit. */
  aliveEveryMs: 2_000,
  aliveWithinMs: 10_000,
  /** The reader's key lives this long past its last read: an agent whose reader died stops. */
  readerTtlMs: 15_000,
  streamTtlMs: 60_000,
  /** Chunks that may wait for the reader; then the agent stops reading the log. */
  chunksWaitingMax: 32,
  linesPerChunkMax: 1_000,
  /** A chunk is full at this many characters, however few lines they are. */
  chunkLengthMax: 256 * 1024,
  /** Lines are sent at the latest after this, however few. */
  chunkDelayMs: 20,
  /** How long the agent waits before it looks again whether the reader has caught up. */
  fullRetryMs: 50,
} as const;

/** What an entry of an answer is: lines, a sign of life, "I do not have it", the end, or why it ended early. */
export type LogEntryType = "lines" | "alive" | "none" | "end" | "error";
