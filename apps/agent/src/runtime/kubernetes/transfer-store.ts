import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Thrown where a Pod sends more than an output may have. */
export class TooLarge extends Error {
  constructor(bytesMax: number) {
    super(`larger than ${bytesMax} bytes`);
  }
}

/** What Pods have sent of their outputs, as files, until their tasks' outcomes are known: a folder a task. */
export class TransferStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes a body whole or not at all; a second one takes the first one's place. */
  async take(taskId: string, name: string, body: NodeJS.ReadableStream, bytesMax: number): Promise<void> {
    const target = this.pathOf(taskId, name);
    const draft = `${target}.draft`;
    await mkdir(this.#folderOf(taskId), { recursive: true });
    try {
      await pipeline(body, limited(bytesMax), createWriteStream(draft));
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  pathOf(taskId: string, name: string): string {
    return join(this.#folderOf(taskId), name);
  }

  async has(taskId: string, name: string): Promise<boolean> {
    return (await stat(this.pathOf(taskId, name)).catch(() => undefined)) !== undefined;
  }

  /** A text that was sent; undefined when it is not there. */
  async text(taskId: string, name: string): Promise<string | undefined> {
    return readFile(this.pathOf(taskId, name), "utf8").catch(() => undefined);
  }

  forget(taskId: string): Promise<void> {
    return rm(this.#folderOf(taskId), { recursive: true, force: true });
  }

  /** Removes what was sent before then: its tasks ended while their agent was away, and nobody came for it. */
  async removeOlder(beforeMs: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const folder = join(this.#folder, name);
      const touched = await stat(folder).catch(() => undefined);
      if (touched !== undefined && touched.mtimeMs < beforeMs) await rm(folder, { recursive: true, force: true });
    }
  }

  #folderOf(taskId: string): string {
    return join(this.#folder, encodeURIComponent(taskId).replace(/^\.+/, "_"));
  }
}

function limited(bytesMax: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > bytesMax ? new TooLarge(bytesMax) : null, chunk);
    },
  });
}
