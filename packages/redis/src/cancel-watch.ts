import { decodeCancellations } from "@capstan/protocol";
import type { RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Tells of cancellations in one pool: by notice at once, and by looking again, since notices can be lost. */
export class CancelWatch {
  readonly #redis: RedisClient;
  readonly #subscriptions: Subscriptions;
  readonly #pool: string;
  readonly #onCancel: (taskId: string, reason: string) => void;
  readonly #runningIds: () => readonly string[];
  #stops: (() => unknown)[] = [];
  #stopped = false;

  constructor(options: {
    readonly redis: RedisClient;
    readonly subscriptions: Subscriptions;
    readonly pool: string;
    /** The tasks that are worth asking for. */
    readonly runningIds: () => readonly string[];
    readonly onCancel: (taskId: string, reason: string) => void;
  }) {
    this.#redis = options.redis;
    this.#subscriptions = options.subscriptions;
    this.#pool = options.pool;
    this.#runningIds = options.runningIds;
    this.#onCancel = options.onCancel;
  }

  /** Resolves when notices are heard. */
  async start(): Promise<void> {
    const stop = await this.#subscriptions.subscribe(channels.tasksCancelled(this.#pool), (notice) => {
      const decoded = decodeCancellations(notice);
      // A notice that cannot be read is not the only way: the hash is read again within seconds.
      if (decoded.ok) for (const { taskId, reason } of decoded.value) this.#onCancel(taskId, reason);
    });
    const stopReconnect = this.#subscriptions.onReconnect(() => void this.readAgain().catch(() => undefined));
    this.#stops.push(stop, stopReconnect);
    if (this.#stopped) await this.stop();
  }

  /** Looks for cancellations of all running tasks. */
  async readAgain(): Promise<void> {
    const ids = this.#runningIds();
    if (ids.length === 0) return;
    const reasons = await this.#redis.hmget(keys.poolCancels(this.#pool), ...ids);
    for (const [index, id] of ids.entries()) {
      const reason = reasons[index];
      if (typeof reason === "string") this.#onCancel(id, reason);
    }
  }

  /** Why a task is cancelled; undefined when it is not. */
  async reasonOf(taskId: string): Promise<string | undefined> {
    return (await this.#redis.hget(keys.poolCancels(this.#pool), taskId)) ?? undefined;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const stops = this.#stops;
    this.#stops = [];
    await Promise.all(stops.map((stop) => stop()));
  }
}
