import type { Clock, IndexChange, WorkflowReader } from "@capstan/core";

/** Tells a watcher that it should look again. Wake-ups that come while it is busy are one. */
export class Wakeup {
  #pending = false;
  #resolve: (() => void) | undefined;

  ring(): void {
    this.#pending = true;
    this.#resolve?.();
  }

  /** Resolves at the next ring (at once if it rang meanwhile), after `timeoutMs`, or when the signal aborts. */
  async wait(clock: Clock, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending && !signal.aborted) {
      const ended = new AbortController();
      const rung = new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      await Promise.race([rung, clock.sleep(timeoutMs, AbortSignal.any([signal, ended.signal]))]);
      ended.abort();
      this.#resolve = undefined;
    }
    this.#pending = false;
  }
}

type Listener = (namespace: string, uid: string) => void;

interface IndexListener {
  readonly onChange: (change: IndexChange) => void;
  /** Changes may have been missed. */
  readonly onGap: () => void;
}

/** One subscription to the store's notices for all watchers of this server, and one to those of the index while somebody follows a list. */
export class ChangeFeed {
  readonly #reader: WorkflowReader;
  readonly #listeners = new Set<Listener>();
  readonly #indexListeners = new Set<IndexListener>();
  #close: (() => Promise<void>) | undefined;
  #closeIndex: Promise<() => Promise<void>> | undefined;

  private constructor(reader: WorkflowReader) {
    this.#reader = reader;
  }

  static async open(reader: WorkflowReader): Promise<ChangeFeed> {
    const feed = new ChangeFeed(reader);
    feed.#close = await reader.subscribe((namespace, uid) => {
      for (const listener of feed.#listeners) listener(namespace, uid);
    });
    return feed;
  }

  /** Calls back for every notice until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A wake-up that rings for one workflow's notices. */
  watchWorkflow(uid: string): { readonly wakeup: Wakeup; readonly stop: () => void } {
    const wakeup = new Wakeup();
    const stop = this.listen((_, changedUid) => {
      if (changedUid === uid) wakeup.ring();
    });
    return { wakeup, stop };
  }

  /** Calls back with what lists show when that has changed, from when it resolves until the returned function is called. */
  async listenIndex(listener: IndexListener): Promise<() => Promise<void>> {
    this.#indexListeners.add(listener);
    const stop = () => this.#stopListening(listener);
    try {
      this.#closeIndex ??= this.#followIndex();
      await this.#closeIndex;
    } catch (error) {
      this.#closeIndex = undefined;
      await stop();
      throw error;
    }
    return stop;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#indexListeners.clear();
    await Promise.all([this.#close?.(), this.#leaveIndex()]);
  }

  #followIndex(): Promise<() => Promise<void>> {
    return this.#reader.subscribeIndex(
      (change) => {
        for (const { onChange } of this.#indexListeners) onChange(change);
      },
      () => {
        for (const { onGap } of this.#indexListeners) onGap();
      },
    );
  }

  async #stopListening(listener: IndexListener): Promise<void> {
    this.#indexListeners.delete(listener);
    if (this.#indexListeners.size === 0) await this.#leaveIndex();
  }

  async #leaveIndex(): Promise<void> {
    const following = this.#closeIndex;
    this.#closeIndex = undefined;
    const close = await following?.catch(() => undefined);
    await close?.();
  }
}
