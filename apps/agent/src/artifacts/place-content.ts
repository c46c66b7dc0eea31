import { execFile } from "node:child_process";
import { constants, createReadStream } from "node:fs";
import { copyFile, lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";
import type { Artifact } from "@capstan/core";
import type { StoredContent } from "./artifact-store.ts";

const run = promisify(execFile);
const tarOutputBytesMax = 1024 * 1024;

/** Puts stored content at `target`, archives unpacked; false when a folder has nothing at the place asked for. */
export async function placeContent(content: StoredContent, target: string, artifact: Artifact): Promise<boolean> {
  if (content.kind === "file") await unpack(content.path, target, artifact);
  else if (content.kind === "folder") return placeInside(content.path, content.inside, target, artifact);
  else {
    await mkdir(target, { recursive: true });
    for (const part of content.parts) {
      const place = join(target, part.at);
      await mkdir(dirname(place), { recursive: true });
      await placeContent(part.content, place, artifact);
    }
  }
  return true;
}

/** The files of a folder's tar, relative to the folder. */
export async function filesInside(tar: string): Promise<readonly string[]> {
  const { stdout } = await run("tar", ["--quoting-style=literal", "-tf", tar], { maxBuffer: 256 * tarOutputBytesMax });
  return stdout
    .split("\n")
    .filter((name) => name !== "" && !name.endsWith("/"))
    .map((name) => name.replace(/^[^/]+\//, ""));
}

async function placeInside(tar: string, inside: string, target: string, artifact: Artifact): Promise<boolean> {
  const folder = `${target}.tree`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await run("tar", ["-xf", tar, "-C", folder, "--strip-components=1"], { maxBuffer: tarOutputBytesMax });
  if (inside === "") {
    await rename(folder, target);
    return true;
  }
  const found = await plainPath(folder, inside);
  if (found?.isFolder === true) await rename(found.path, target);
  else if (found !== undefined) await unpack(found.path, target, artifact);
  await rm(folder, { recursive: true, force: true });
  return found !== undefined;
}

/** What lies there without going through a symbolic link: a task made the folder, and its links may lead anywhere on this machine. */
async function plainPath(folder: string, inside: string): Promise<{ path: string; isFolder: boolean } | undefined> {
  let path = folder;
  let isFolder = true;
  for (const name of inside.split("/")) {
    if (!isFolder) return undefined;
    path = join(path, name);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined || !(found.isFile() || found.isDirectory())) return undefined;
    isFolder = found.isDirectory();
  }
  return { path, isFolder };
}

/** Archives are recognised by their content, as Argo does, unless the artifact says that it is none. */
async function unpack(source: string, target: string, artifact: Artifact): Promise<void> {
  const copy = (): Promise<void> => copyFile(source, target, constants.COPYFILE_FICLONE);
  if (artifact.archive?.["none"] !== undefined) return copy();
  const compressed = await startsWith(source, 0, [0x1f, 0x8b]);
  const tar = compressed ? await holdsTar(source) : await startsWith(source, 257, [...Buffer.from("ustar")]);
  if (!tar) return copy();
  const folder = `${target}.unpacked`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await run("tar", [compressed ? "-xzf" : "-xf", source, "-C", folder], { maxBuffer: tarOutputBytesMax });
  // One entry at the top is the artifact itself, under the name that it had where it was saved.
  const [only, ...others] = await readdir(folder);
  if (only !== undefined && others.length === 0) {
    await rename(join(folder, only), target);
    await rm(folder, { recursive: true, force: true });
  } else await rename(folder, target);
}

async function startsWith(path: string, offset: number, bytes: readonly number[]): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes.length), 0, bytes.length, offset);
    return bytesRead === bytes.length && bytes.every((byte, index) => buffer[index] === byte);
  } finally {
    await file.close();
  }
}

/** Looks at the first block only, so that a bomb never unfolds here. */
async function holdsTar(path: string): Promise<boolean> {
  let head = Buffer.alloc(0);
  const enough = new AbortController();
  const collect = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      head = Buffer.concat([head, chunk]);
      if (head.length >= 512) return;
    }
  };
  await pipeline(createReadStream(path), createGunzip({ chunkSize: 4_096 }), collect, { signal: enough.signal }).catch(
    () => undefined,
  );
  return head.subarray(257, 262).toString("latin1") === "ustar";
}
