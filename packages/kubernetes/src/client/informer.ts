import { textAt, valueAt } from "@capstan/core";
import type { KubeObject } from "../objects.ts";
import { jsonLines } from "./json-lines.ts";
import type { KubeClient } from "./kube-client.ts";
import { KubeError } from "./kube-error.ts";
import { objectKey } from "./resource-mapper.ts";

export interface InformerOptions<T extends KubeObject> {
  readonly client: Pick<KubeClient, "get" | "stream">;
  /** Of the collection: `/api/v1/pods`, `/apis/argoproj.io/v1alpha1/workflows`, … */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Called in order, also for what a fresh list brings. What it throws stops nothing; it is told to `onError`. */
  readonly onChange: (change: InformerChange<T>) => void;
  readonly onError: (error: unknown) => void;
  /** What of an object is kept in memory, and told; all of it by default. */
  readonly keep?: (object: T) => T;
}

export type InformerChange<T> =
  | { readonly type: "added" | "modified"; readonly object: T }
  /** The object as it was seen last. */
  | { readonly type: "deleted"; readonly object: T };

const pageSize = 500;
/** A watch ends after so long and is taken up again: a connection that died silently is noticed by then. */
const watchSeconds = 300;
const watchGraceMs = 30_000;
const retryMs = { least: 200, most: 10_000 };

/**
 * Follows a collection: lists once, then watches from there, and lists again only when the API server has forgotten where we were
 * (410 Gone). What vanished while nobody watched is told as deleted.
 */
export class Informer<T extends KubeObject> {
  readonly #options: InformerOptions<T>;
  readonly #objects = new Map<string, T>();
  readonly #stopping = new AbortController();
  #resourceVersion: string | undefined;
  #finished: Promise<void> = Promise.resolve();

  constructor(options: InformerOptions<T>) {
    this.#options = options;
  }

  /** Resolves when the first list has been told; rejects when it is refused for good (no right, no such resource). */
  async start(): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await this.#list();
        break;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        if (!(error instanceof KubeError && error.isTransient)) throw error;
        this.#options.onError(error);
        await this.#pause(tries);
      }
    }
    this.#finished = this.#follow();
  }

  /** Ends the watch; nothing is told afterwards. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the informer was stopped"));
    await this.#finished;
  }

  /** The object as it was seen last. */
  get(namespace: string, name: string): T | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  /** All objects as they were seen last. */
  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  get size(): number {
    return this.#objects.size;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (this.#resourceVersion === undefined) await this.#list();
        await this.#watch();
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        // Too old: what happened meanwhile has been forgotten, so everything is read again.
        if (error instanceof KubeError && (error.status === 410 || error.reason === "Expired"))
          this.#resourceVersion = undefined;
        else this.#options.onError(error);
        await this.#pause(failures++);
      }
    }
  }

  async #list(): Promise<void> {
    const { client, path } = this.#options;
    const seen = new Set<string>();
    let continueToken: string | undefined;
    let version: string | undefined;
    do {
      const page: unknown = await client.get(
        path,
        { ...this.#selectors(), limit: pageSize, continue: continueToken },
        this.#stopping.signal,
      );
      const items = valueAt(page, "items");
      for (const object of (Array.isArray(items) ? items : []) as T[]) {
        seen.add(objectKey(object));
        this.#put(object);
      }
      version = textAt(valueAt(page, "metadata"), "resourceVersion");
      continueToken = textAt(valueAt(page, "metadata"), "continue");
    } while (continueToken !== undefined);
    for (const [key, object] of this.#objects) if (!seen.has(key)) this.#drop(object);
    this.#resourceVersion = version;
  }

  async #watch(): Promise<void> {
    const { client, path } = this.#options;
    const timeout = AbortSignal.timeout(watchSeconds * 1_000 + watchGraceMs);
    const signal = AbortSignal.any([this.#stopping.signal, timeout]);
    const query = {
      ...this.#selectors(),
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: this.#resourceVersion,
      timeoutSeconds: watchSeconds,
    };
    const stream = await client.stream(path, query, signal);
    for await (const event of jsonLines(stream)) {
      if (this.#stopping.signal.aborted) return;
      this.#take(textAt(event, "type") ?? "", valueAt(event, "object"));
    }
  }

  #take(type: string, object: unknown): void {
    if (type === "ERROR") throw KubeError.fromBody(0, JSON.stringify(object));
    const version = textAt(valueAt(object, "metadata"), "resourceVersion");
    if (type === "ADDED" || type === "MODIFIED") this.#put(object as T);
    else if (type === "DELETED") this.#drop(object as T);
    if (version !== undefined) this.#resourceVersion = version;
  }

  #put(object: T): void {
    const key = objectKey(object);
    const known = this.#objects.get(key);
    if (known !== undefined && known.metadata.uid !== object.metadata.uid) this.#drop(known);
    const version = this.#objects.get(key)?.metadata.resourceVersion;
    if (version !== undefined && version === object.metadata.resourceVersion) return;
    const kept = this.#options.keep?.(object) ?? object;
    this.#objects.set(key, kept);
    this.#tell({ type: version === undefined ? "added" : "modified", object: kept });
  }

  #drop(object: T): void {
    if (this.#objects.delete(objectKey(object))) this.#tell({ type: "deleted", object });
  }

  #tell(change: InformerChange<T>): void {
    try {
      this.#options.onChange(change);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #selectors(): { readonly labelSelector: string | undefined; readonly fieldSelector: string | undefined } {
    return { labelSelector: this.#options.labelSelector, fieldSelector: this.#options.fieldSelector };
  }

  #pause(failures: number): Promise<void> {
    const delayMs = Math.min(retryMs.most, retryMs.least * 2 ** failures) * (0.5 + Math.random() / 2);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#stopping.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, delayMs);
      this.#stopping.signal.addEventListener("abort", done);
    });
  }
}
