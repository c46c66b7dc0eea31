import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";

/** Two systems on one folder would write over each other: takes the folder, or says who has it. Answers how to let go. */
export function lockStateDir(stateDir: string): () => void {
  const file = join(stateDir, "owner.pid");
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
  } catch {
    const owner = Number(readFileSync(file, "utf8"));
    if (isCapstan(owner)) {
      throw new CliError(`the state in ${stateDir} is in use by process ${owner}`, {
        hint: "Use that one, or give this one another --state-dir.",
      });
    }
    // Whoever had it did not come to let go.
    writeFileSync(file, String(process.pid));
  }
  return () => rmSync(file, { force: true });
}

/** Process ids are used again: only one that runs Capstan counts. */
function isCapstan(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("capstan");
  } catch {
    return true;
  }
}
