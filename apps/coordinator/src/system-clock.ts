import type { Clock } from "@capstan/core";

/** The longest delay that a timer of Node takes. */
const timerDelayMaxMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (delayMs, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(delayMs, timerDelayMaxMs));
      signal?.addEventListener("abort", wake);
    }),
};
