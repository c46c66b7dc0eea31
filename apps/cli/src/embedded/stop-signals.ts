import { readFileSync } from "node:fs";

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const launcherLookMs = 500;

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
  const forgetLauncher = onLauncherGone(firm);
  return {
    dispose: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
      process.off("disconnect", firm);
      forgetLauncher();
    },
  };
}

/**
 * Package managers put a shell script between the user and this process. Whoever ends that script means us. A terminal's shell is
 * another matter: what it leaves in the background goes on.
 */
function onLauncherGone(onGone: () => void): () => void {
  const launcher = process.ppid;
  if (!isLauncher(launcher)) return () => {};
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    onGone();
  }, launcherLookMs);
  timer.unref();
  return () => clearInterval(timer);
}

function isLauncher(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("/.bin/");
  } catch {
    return false;
  }
}
