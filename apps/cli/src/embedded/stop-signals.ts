const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls back with how often the user has asked to stop. Only Ctrl-C asks gently the first time: the others, and the end of the
 * process that stands between the terminal and this one, count as asked twice.
 */
export function onStopSignals(onStop: (count: number) => void): { readonly dispose: () => void } {
  let count = 0;
  const gentle = () => onStop(++count);
  const firm = () => {
    count = Math.max(2, count + 1);
    onStop(count);
  };
  const listeners = new Map<string, () => void>(stopSignals.map((name) => [name, name === "SIGINT" ? gentle : firm]));
  for (const [name, listener] of listeners) process.on(name, listener);
  process.on("disconnect", firm);
  return {
    dispose: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
      process.off("disconnect", firm);
    },
  };
}
