import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";

/**
 * Copies the supervisor's shell files below the state folder, under a name made of their content: a shell reads its script
 * while it runs, so an update of the agent must not change the files of tasks that run.
 */
export function installLibrary(stateFolder: string, sources: readonly string[]): string {
  const hash = createHash("sha256");
  for (const source of sources) hashTree(source, hash);
  const folder = join(stateFolder, "lib", hash.digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}.draft`;
  mkdirSync(draft, { recursive: true });
  for (const source of sources)
    cpSync(source, statSync(source).isDirectory() ? draft : join(draft, "init.sh"), { recursive: true });
  for (const name of existsSync(join(draft, "bin")) ? readdirSync(join(draft, "bin")) : [])
    chmodSync(join(draft, "bin", name), 0o755);
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // Otherwise another agent was quicker.
  }
  return folder;
}

function hashTree(path: string, hash: ReturnType<typeof createHash>): void {
  if (!statSync(path).isDirectory()) {
    hash.update(path.slice(path.lastIndexOf("/"))).update(readFileSync(path));
    return;
  }
  for (const name of readdirSync(path).sort()) hashTree(join(path, name), hash);
}
