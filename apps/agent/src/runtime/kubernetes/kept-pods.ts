import { mkdirSync, readdirSync, statSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, JsonObject } from "@capstan/core";
import { objectKey, type Pod, shownPod, taskIdAnnotation } from "@capstan/kubernetes";
import type { Logger } from "../../logger.ts";

/** A Pod as it was seen last. */
export interface KeptPod {
  readonly pod: JsonObject;
  readonly seenAtMs: number;
}

export interface KeptPodsOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The oldest go first. */
  readonly keptMax?: number;
}

const keptMaxDefault = 1_000;
const keptMs = 7 * 24 * 3_600_000;
const podBytesMax = 512 * 1024;
/** A disk that takes them more slowly than Pods come must not fill the memory with them. */
const waitingMax = 200;

/**
 * Remembers Pods beyond their end, a file each: as they were when they were first seen, and again when they had ended. Nothing depends on it:
 * what cannot be written is not there for those who ask later.
 */
export class KeptPods {
  readonly #options: KeptPodsOptions;
  /** Files, the oldest first. */
  readonly #files = new Map<string, number>();
  /** Which of a living Pod's moments are kept, by its place in the cluster. */
  readonly #moments = new Map<string, "begun" | "ended">();
  #waiting = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: KeptPodsOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const found = readdirSync(options.folder).map((file) => [file, modifiedAtMs(join(options.folder, file))] as const);
    for (const [file, atMs] of found.sort(([, left], [, right]) => left - right)) this.#files.set(file, atMs);
  }

  /** A Pod, whole, at every change. */
  see(pod: Pod): void {
    const taskId = pod.metadata.annotations?.[taskIdAnnotation];
    if (taskId === undefined) return;
    const key = objectKey(pod);
    const moment = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed" ? "ended" : "begun";
    const known = this.#moments.get(key);
    if (known === moment || known === "ended") return;
    this.#moments.set(key, moment);
    if (this.#waiting >= waitingMax) return;
    this.#waiting += 1;
    this.#writing = this.#writing
      .then(() => this.#write(taskId, { pod: shownPod(pod), seenAtMs: this.#options.clock.nowMs() }))
      .catch((error: unknown) => this.#options.logger.warn({ error: String(error) }, "a Pod could not be kept"))
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  /** The Pod at that place (`<namespace>/<name>`) is gone: its name is free for another. */
  gone(key: string): void {
    this.#moments.delete(key);
  }

  async read(taskId: string): Promise<KeptPod | undefined> {
    await this.#writing;
    try {
      return JSON.parse(await readFile(this.#pathOf(fileOf(taskId)), "utf8")) as KeptPod;
    } catch {
      return undefined;
    }
  }

  /** Removes what is older than anybody asks for. */
  async removeOld(): Promise<void> {
    const beforeMs = this.#options.clock.nowMs() - keptMs;
    for (const [file, atMs] of [...this.#files]) if (atMs < beforeMs) await this.#remove(file);
  }

  async #write(taskId: string, kept: KeptPod): Promise<void> {
    const text = JSON.stringify(kept);
    if (text.length > podBytesMax) return;
    const file = fileOf(taskId);
    const draft = `${this.#pathOf(file)}.draft`;
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, this.#pathOf(file));
    this.#files.delete(file);
    this.#files.set(file, kept.seenAtMs);
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= (this.#options.keptMax ?? keptMaxDefault)) break;
      await this.#remove(oldest);
    }
  }

  async #remove(file: string): Promise<void> {
    this.#files.delete(file);
    await rm(this.#pathOf(file), { force: true });
  }

  #pathOf(file: string): string {
    return join(this.#options.folder, file);
  }
}

function fileOf(taskId: string): string {
  return `${encodeURIComponent(taskId).replace(/^\.+/, "_")}.json`;
}

function modifiedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
