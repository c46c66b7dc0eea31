/** Time, as the shells see it; the simulator brings its own. */
export interface Clock {
  nowMs(): number;
  /** Resolves after delayMs, or at once when the signal aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}
