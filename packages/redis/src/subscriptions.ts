import { openBeside, type RedisClient } from "./connection.ts";

type Listener = (message: string) => void;

/** One subscriber connection for a whole process. Notices published while it is away are lost; `onReconnect` tells when. */
export class Subscriptions {
  readonly #redis: RedisClient;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #reconnectListeners = new Set<() => void>();

  /** Takes a connection of its own beside the given one, with the same settings. */
  constructor(redis: RedisClient) {
    this.#redis = openBeside(redis);
    this.#redis.on("message", (channel: string, message: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(message);
    });
    this.#redis.on("ready", () => void this.#tellReconnected());
  }

  /** Resolves when notices of the channel will be heard; what it returns stops them. Rejects where the Redis user may not hear them. */
  async subscribe(channel: string, listener: Listener): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    // Also for the second listener: it must not count as subscribed before the first one's command is answered.
    const leave = (): boolean => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return false;
      return this.#listeners.delete(channel);
    };
    try {
      await this.#redis.subscribe(channel);
    } catch (error) {
      // A channel that is refused would have all others refused with it after the next reconnection.
      leave();
      throw error;
    }
    return async () => {
      if (!leave()) return;
      // Not awaited: nobody hears anything any more, and a server that does not answer must not hold up whoever shuts down.
      this.#redis.unsubscribe(channel).catch(() => undefined);
    };
  }

  /** Calls back whenever the connection is there (again): what was published meanwhile was not heard. */
  onReconnect(listener: () => void): () => void {
    this.#reconnectListeners.add(listener);
    return () => this.#reconnectListeners.delete(listener);
  }

  close(): void {
    this.#redis.disconnect();
  }

  async #tellReconnected(): Promise<void> {
    // The connection has subscribed again by itself just before: once this is answered, nothing is missed any more.
    const channels = [...this.#listeners.keys()];
    try {
      if (channels.length > 0) await this.#redis.subscribe(...channels);
    } catch {
      // Gone again: the next connection tells.
      return;
    }
    for (const listener of this.#reconnectListeners) listener();
  }
}
