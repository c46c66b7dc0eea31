import type { Clock, WorkflowReader } from "@capstan/core";

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

/** One subscription to the store's notices for all watchers of this server. */
export class ChangeFeed {
  readonly #listeners = new Set<Listener>();
  readonly #close: () => Promise<void>;

  private constructor(subscribe: (listener: Listener) => () => Promise<void>) {
    this.#close = subscribe((namespace, uid) => {
      for (const listener of this.#listeners) listener(namespace, uid);
    });
  }

  static async open(reader: WorkflowReader): Promise<ChangeFeed> {
    let deliver: Listener = () => {};
    const close = await reader.subscribe((namespace, uid) => deliver(namespace, uid));
    return new ChangeFeed((listener) => {
      deliver = listener;
      return close;
    });
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

  get listenerCount(): number {
    return this.#listeners.size;
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#close();
  }
}
