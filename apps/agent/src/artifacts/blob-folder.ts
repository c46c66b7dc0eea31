import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type ArtifactRecord, fail, ok, type Result } from "@capstan/core";
import { decodeArtifactRecord, encodeArtifactRecord } from "@capstan/protocol";
import type { ArtifactPlace } from "./artifact-store.ts";

export interface Digest {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * This machine's artifacts: blobs named by what they hold, and beside them a record of each key that was written here. A blob without
 * a record was fetched from another agent and stays while it is used.
 */
export class BlobFolder {
  readonly #blobs: string;
  readonly #records: string;

  constructor(folder: string) {
    this.#blobs = join(folder, "blobs");
    this.#records = join(folder, "records");
  }

  /** Reads the whole file once; undefined when it is not there. */
  async digestOf(path: string): Promise<Digest | undefined> {
    if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    return { sha256: hash.digest("hex"), bytes };
  }

  /** Takes over a file whose digest the record holds. The record goes first: until the blob has followed, the file is still where it was. */
  async take(path: string, record: ArtifactRecord): Promise<void> {
    await Promise.all([this.#blobs, this.#records].map((folder) => mkdir(folder, { recursive: true })));
    const target = this.#recordPath(record);
    await writeFile(`${target}.draft`, encodeArtifactRecord(record));
    await rename(`${target}.draft`, target);
    await utimes(path, new Date(), new Date());
    await rename(path, this.#blobPath(record.sha256));
  }

  /** Takes what another agent sends; the error is the sender's, or says what is wrong with what came. */
  async receive(chunks: AsyncIterable<Buffer>, { sha256, bytes }: Digest): Promise<Result<void, Error>> {
    await mkdir(this.#blobs, { recursive: true });
    const draft = `${this.#blobPath(sha256)}.draft`;
    const hash = createHash("sha256");
    let received = 0;
    const checked = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        received += chunk.length;
        if (received > bytes) throw new Error(`more than the ${bytes} bytes came that it has`);
        hash.update(chunk);
        yield chunk;
      }
    };
    try {
      await pipeline(checked, createWriteStream(draft));
      if (received < bytes) return fail(new Error(`${received} of ${bytes} bytes came`));
      if (hash.digest("hex") !== sha256) return fail(new Error("what came is not what was saved"));
      await rename(draft, this.#blobPath(sha256));
      return ok(undefined);
    } catch (error) {
      return fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** The path of a blob that is here, which now counts as used; undefined when it is not. */
  async pathOf(sha256: string): Promise<string | undefined> {
    const path = this.#blobPath(sha256);
    const used = await utimes(path, new Date(), new Date()).then(
      () => true,
      () => false,
    );
    return used ? path : undefined;
  }

  /** Bytes of a blob, as many as asked for or up to its end; undefined when it is not here. */
  async read(sha256: string, offset: number, bytes: number): Promise<Buffer | undefined> {
    const file = await open(this.#blobPath(sha256)).catch(() => undefined);
    if (file === undefined) return undefined;
    try {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** What was written here last under the key. */
  async recordOf(place: ArtifactPlace): Promise<ArtifactRecord | undefined> {
    return readRecord(this.#recordPath(place));
  }

  /** Everything that was written here, one after the other. */
  async *records(): AsyncGenerator<ArtifactRecord, void, void> {
    for (const name of await readdir(this.#records).catch(() => [])) {
      const record = name.endsWith(".json") ? await readRecord(join(this.#records, name)) : undefined;
      if (record !== undefined) yield record;
    }
  }

  /** Leaves what was written under the key since. */
  async removeRecord(record: ArtifactRecord): Promise<void> {
    if ((await this.recordOf(record))?.savedAtMs === record.savedAtMs) await rm(this.#recordPath(record));
  }

  /** Removes the blobs that no record names and nobody has used since. */
  async removeUnused(beforeMs: number): Promise<void> {
    const named = new Set<string>();
    for await (const { sha256 } of this.records()) named.add(sha256);
    for (const name of await readdir(this.#blobs).catch(() => [])) {
      if (named.has(name)) continue;
      const path = join(this.#blobs, name);
      const used = await stat(path).catch(() => undefined);
      if (used !== undefined && used.mtimeMs < beforeMs) await rm(path, { force: true });
    }
  }

  #blobPath(sha256: string): string {
    return join(this.#blobs, sha256);
  }

  /** Keys are anything: their names here are not. */
  #recordPath({ namespace, key }: ArtifactPlace): string {
    const name = createHash("sha256").update(`${namespace}/${key}`).digest("hex");
    return join(this.#records, `${name}.json`);
  }
}

async function readRecord(path: string): Promise<ArtifactRecord | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  const decoded = text === undefined ? undefined : decodeArtifactRecord(text);
  return decoded?.ok ? decoded.value : undefined;
}
