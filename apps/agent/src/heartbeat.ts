import { randomUUID } from "node:crypto";
import type { Clock } from "@capstan/core";
import type { RedisAgentRegistry } from "@capstan/redis";
import type { Logger } from "./logger.ts";

export interface HeartbeatOptions {
  readonly registry: Pick<RedisAgentRegistry, "beat" | "leave">;
  readonly agentId: string;
  readonly describe: () => Omit<Parameters<RedisAgentRegistry["beat"]>[0], "instance">;
  /** Told with every beat whether the agent is to take no more tasks. */
  readonly onDraining: (isDraining: boolean) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

const beatEveryMs = 5_000;
const ttlMs = 20_000;

/** Says every few seconds that the agent lives, and hears whether it is to drain. Starts at once; `stop` takes the agent off the list. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #stop = new AbortController();
  readonly #instance = randomUUID();
  #rivalsInARow = 0;
  /** Settles when the first beat has been answered, or failed. */
  readonly first: Promise<void>;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.first = this.#beat();
    void this.#beatOn();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#options.registry.leave(this.#options.agentId).catch(() => undefined);
  }

  /** One after the other: while Redis is away nothing piles up. */
  async #beatOn(): Promise<void> {
    const { signal } = this.#stop;
    for (let beat = this.first; !signal.aborted; beat = this.#beat()) {
      await beat;
      await this.#options.clock.sleep(beatEveryMs, signal);
    }
  }

  async #beat(): Promise<void> {
    const { registry, describe, onDraining, logger } = this.#options;
    if (this.#stop.signal.aborted) return;
    try {
      const answer = await registry.beat({ ...describe(), instance: this.#instance }, ttlMs);
      onDraining(answer.draining);
      this.#mindRival(answer.hasRival);
    } catch (error) {
      logger.warn({ error: String(error) }, "the heartbeat was not written");
    }
  }

  /** A predecessor is heard once; who is heard twice in a row lives. */
  #mindRival(hasRival: boolean): void {
    const { agentId, logger } = this.#options;
    this.#rivalsInARow = hasRival ? this.#rivalsInARow + 1 : 0;
    if (this.#rivalsInARow === 2)
      logger.error(
        { agentId },
        "another agent lives under this name, which lists and drains mix up: give each host a --node-name of its own",
      );
  }
}
