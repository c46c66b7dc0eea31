import type { RedisAgentRegistry } from "@capstan/redis";
import type { Logger } from "./logger.ts";

export interface HeartbeatOptions {
  readonly registry: Pick<RedisAgentRegistry, "beat" | "leave">;
  readonly agentId: string;
  readonly describe: () => Parameters<RedisAgentRegistry["beat"]>[0];
  /** Told with every beat whether the agent is to take no more tasks. */
  readonly onDraining: (isDraining: boolean) => void;
  readonly logger: Logger;
}

const beatEveryMs = 5_000;
const ttlMs = 20_000;

/** Says every few seconds that the agent lives, and hears whether it is to drain. Starts at once; `stop` takes the agent off the list. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  /** Settles when the first beat has been answered, or failed. */
  readonly first: Promise<void>;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#beat(), beatEveryMs);
    this.first = this.#beat();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#options.registry.leave(this.#options.agentId).catch(() => undefined);
  }

  async #beat(): Promise<void> {
    const { registry, describe, onDraining, logger } = this.#options;
    try {
      onDraining((await registry.beat(describe(), ttlMs)).draining);
    } catch (error) {
      logger.warn({ error: String(error) }, "the heartbeat was not written");
    }
  }
}
