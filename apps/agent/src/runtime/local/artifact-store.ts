import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { chmod, cp, lstat, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, normalize, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";
import type { Artifact, Result } from "@capstan/core";
import { objectAt, textAt } from "./json-fields.ts";
import { localLimits } from "./local-limits.ts";

const run = promisify(execFile);

/** Artifacts as files below one folder: the key of an artifact is its path there. */
export class ArtifactStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes a finished file or folder over. Repeating it after a crash does no harm. */
  async put(key: string, source: string): Promise<void> {
    const target = this.#pathOf(key);
    if ((await lstat(source).catch(() => undefined)) === undefined) return;
    await mkdir(dirname(target), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(source, target);
  }

  /** Puts an artifact's content at `target`, a path that does not exist yet; "missing" when there is none. */
  async fetch(artifact: Artifact, target: string): Promise<Result<"fetched" | "missing">> {
    const draft = `${target}.draft`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(dirname(target), { recursive: true });
    if (artifact.raw !== undefined) await writeFile(draft, artifact.raw.data);
    else {
      const key = artifactKey(artifact);
      if (key === undefined) return this.#withoutKey(artifact);
      const source = this.#pathOf(key);
      const found = await stat(source).catch(() => undefined);
      if (found === undefined) return { ok: true, value: "missing" };
      if (found.isDirectory()) await cp(source, draft, { recursive: true, verbatimSymlinks: true });
      else await unpack(source, draft, artifact);
    }
    if (artifact.mode !== undefined) await chmod(draft, artifact.mode);
    await rename(draft, target);
    return { ok: true, value: "fetched" };
  }

  /** Is there something to fetch? False where an optional artifact was not produced. */
  async has(artifact: Artifact): Promise<boolean> {
    const key = artifactKey(artifact);
    if (artifact.raw !== undefined || key === undefined) return artifact.raw !== undefined;
    return (await stat(this.#pathOf(key)).catch(() => undefined)) !== undefined;
  }

  /** The keys that begin with the prefix, in order; of an artifact that is stored as a folder, those of its files. */
  async list(prefix: string): Promise<readonly string[]> {
    const start = dirname(this.#pathOf(`${prefix}_`));
    const entries = await readdir(start, { recursive: true, withFileTypes: true }).catch(() => []);
    const keys = entries
      .filter((entry) => entry.isFile())
      .map((entry) => this.#keyOf(join(entry.parentPath, entry.name)));
    const wanted = normalize(`/${prefix}`).slice(1);
    return keys.filter((key) => key.startsWith(wanted)).sort(byBytes);
  }

  #withoutKey(artifact: Artifact): Result<"missing"> {
    const location = artifactLocations.find((name) => artifact[name] !== undefined);
    if (location === undefined) return { ok: true, value: "missing" };
    return { ok: false, error: `artifact "${artifact.name}": this runtime cannot read from ${location} yet` };
  }

  #keyOf(path: string): string {
    return relative(this.#folder, path);
  }

  /** Keys come from manifests: none may climb out of the folder. */
  #pathOf(key: string): string {
    return join(this.#folder, normalize(`/${key}`));
  }
}

/** The order of an object store's listing. */
function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

const artifactLocations = ["s3", "gcs", "oss", "azure", "hdfs", "http", "artifactory", "git", "plugin"];

/** The key of an artifact in its store, for the kinds of store that have keys. */
export function artifactKey(artifact: Artifact): string | undefined {
  for (const location of ["s3", "gcs", "oss", "plugin"]) {
    const key = textAt(objectAt(artifact, location), "key");
    if (key !== undefined && key !== "") return key;
  }
  return textAt(objectAt(artifact, "azure"), "blob") ?? textAt(objectAt(artifact, "hdfs"), "path");
}

/** Archives are recognised by their content, as Argo does, unless the artifact says that it is none. */
async function unpack(source: string, target: string, artifact: Artifact): Promise<void> {
  if (artifact.archive?.["none"] !== undefined) return cp(source, target);
  const compressed = await startsWith(source, 0, [0x1f, 0x8b]);
  const tar = compressed ? await holdsTar(source) : await startsWith(source, 257, [...Buffer.from("ustar")]);
  if (!tar) return cp(source, target);
  const folder = `${target}.unpacked`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await run("tar", [compressed ? "-xzf" : "-xf", source, "-C", folder], { maxBuffer: 1024 * 1024 });
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

/** Default key of an output: unique by pod name, which holds the node's id. */
export function defaultArtifactKey(workflowName: string, podName: string, artifact: Artifact): string {
  const plain = artifact.archive?.["none"] !== undefined;
  const name = plain ? basename(artifact.path ?? artifact.name) : `${artifact.name}.tgz`;
  return `${workflowName}/${podName}/${name}`;
}

export const artifactBlocksMax = Math.floor(localLimits.artifactBytesMax / 512);
