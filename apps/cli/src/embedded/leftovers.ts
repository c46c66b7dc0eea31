import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Ends tasks that outlived the agent: every process that has the agent's folder in its command line, or, where a folder is
 * this run's own, has that in its environment or as its working directory.
 */
export async function killLeftovers(tasksDir: string, ownDir: string | undefined): Promise<void> {
  for (let round = 0; round < roundsMax; round++) {
    const pids = leftovers(tasksDir, ownDir);
    if (pids.length === 0) return;
    for (const pid of pids) {
      kill(-pid);
      kill(pid);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const roundsMax = 25;

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone since we looked, or no leader of a group.
  }
}

function leftovers(tasksDir: string, ownDir: string | undefined): readonly number[] {
  let entries: readonly string[];
  try {
    entries = readdirSync("/proc");
  } catch {
    return []; // No Linux, no supervisors that outlive the agent.
  }
  return entries
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => {
      if (read(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")).includes(tasksDir)) return true;
      if (ownDir === undefined) return false;
      const environment = read(() => readFileSync(`/proc/${pid}/environ`, "utf8"));
      return environment.includes(ownDir) || read(() => readlinkSync(`/proc/${pid}/cwd`)).startsWith(ownDir);
    })
    .map(Number);
}

/** Empty for another user's process and for one that is gone. */
function read(from: () => string): string {
  try {
    return from();
  } catch {
    return "";
  }
}
