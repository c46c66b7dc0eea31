import type { Dirent } from "node:fs";
import { chmod, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact } from "@capstan/core";

/** Gives a fetched artifact, which is no link, the mode that its input asks for, and with `recurseMode` all files and folders below it. */
export async function setMode(path: string, { mode, recurseMode }: Artifact): Promise<void> {
  if (mode === undefined) return;
  // What lies below comes first: the mode may be one that lets nobody look into the folder.
  if (recurseMode === true) for (const below of await entriesBelow(path)) await chmod(below, mode);
  await chmod(path, mode);
}

/** Deepest first and without symbolic links: a task made them, and they may lead anywhere on this machine. */
async function entriesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(noEntries);
  return entries
    .filter((entry) => !entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .reverse();
}

/** A file has nothing below it. */
function noEntries(error: NodeJS.ErrnoException): Dirent[] {
  if (error.code === "ENOTDIR") return [];
  throw error;
}
