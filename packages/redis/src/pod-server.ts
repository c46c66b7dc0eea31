import type { PodSnapshot } from "@capstan/core";
import { decodePodRequest, encodePodAnswer, type PodAnswer } from "@capstan/protocol";
import type { RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import { Script } from "./script.ts";
import type { Subscriptions } from "./subscriptions.ts";

const podAnswer = new Script("pod-answer");

/** An answer that nobody takes is gone after this: whoever asked has left. */
const answerTtlMs = 15_000;
/** More at once would be the cluster's load: who asks beyond that gets no answer in time, and asks again. */
const servedMax = 16;

/** Gives a task's Pod; undefined when this agent knows of none. */
export type PodHandler = (taskId: string) => Promise<PodSnapshot | undefined>;

/** An agent's end of the questions for Pods. */
export class RedisPodServer {
  readonly #redis: RedisClient;
  readonly #subscriptions: Subscriptions;
  #serving = 0;

  constructor(redis: RedisClient, subscriptions: Subscriptions) {
    this.#redis = redis;
    this.#subscriptions = subscriptions;
  }

  /** Answers what is asked of the pool's agents from now on; what it returns stops that. */
  servePods(pool: string, handler: PodHandler): Promise<() => Promise<void>> {
    return this.#subscriptions.subscribe(channels.podsRequested(pool), (message) => {
      const request = decodePodRequest(message);
      // A request that cannot be read is some other version's; the one who asks gets its time-out.
      if (!request.ok || this.#serving >= servedMax) return;
      this.#serving += 1;
      this.#answer(request.value, handler)
        .catch(() => undefined)
        .finally(() => {
          this.#serving -= 1;
        });
    });
  }

  async #answer(
    { requestId, taskId }: { readonly requestId: string; readonly taskId: string },
    handler: PodHandler,
  ): Promise<void> {
    const answer = await handler(taskId).then(
      (snapshot): PodAnswer => snapshot ?? { kind: "unknown" },
      (error: unknown): PodAnswer => ({
        kind: "failed",
        message: error instanceof Error ? error.message : String(error),
      }),
    );
    await podAnswer.run(this.#redis, [keys.podAnswers(requestId)], [encodePodAnswer(answer), answerTtlMs]);
  }
}
