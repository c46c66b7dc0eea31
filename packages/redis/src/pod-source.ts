import { randomUUID } from "node:crypto";
import { fail, ok, type PodSnapshot, type PodSource, type Result, type Task } from "@capstan/core";
import { decodePodAnswer, encodePodRequest } from "@capstan/protocol";
import { openBeside, type RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";

const answerWithinMsDefault = 5_000;
/** BLPOP takes less than a millisecond for "wait without end". */
const waitSecondsMin = 0.01;

/** Asks a pool's agents for Pods: all are asked, the one that has the Pod is believed. */
export class RedisPodSource implements PodSource {
  readonly #redis: RedisClient;
  readonly #answerWithinMs: number;

  constructor(redis: RedisClient, options: { readonly answerWithinMs?: number } = {}) {
    this.#redis = redis;
    this.#answerWithinMs = options.answerWithinMs ?? answerWithinMsDefault;
  }

  async requestPod({ id, pool }: Pick<Task, "id" | "pool">): Promise<Result<PodSnapshot | undefined>> {
    const requestId = randomUUID();
    // A blocking read holds its connection.
    const reader = openBeside(this.#redis);
    try {
      const request = encodePodRequest({ requestId, taskId: id });
      const agents = await this.#redis.publish(channels.podsRequested(pool), request);
      return await this.#takeAnswer(reader, requestId, pool, agents);
    } finally {
      reader.disconnect();
      await this.#redis.del(keys.podAnswers(requestId));
    }
  }

  async #takeAnswer(
    reader: RedisClient,
    requestId: string,
    pool: string,
    agents: number,
  ): Promise<Result<PodSnapshot | undefined>> {
    const untilMs = Date.now() + this.#answerWithinMs;
    // In a cluster only the receivers of one node are counted: with none counted, some may still answer.
    for (let refusals = 0; agents === 0 || refusals < agents; refusals++) {
      const waitSeconds = Math.max(waitSecondsMin, (untilMs - Date.now()) / 1_000);
      const popped = await reader.blpop(keys.podAnswers(requestId), waitSeconds);
      if (popped === null) return fail(silence(pool, agents));
      const answer = decodePodAnswer(popped[1]);
      if (!answer.ok) return fail(answer.error.message);
      if (answer.value.kind === "failed") return fail(`its agent cannot read the Pod: ${answer.value.message}`);
      if (answer.value.kind !== "unknown") return ok(answer.value);
    }
    return ok(undefined);
  }
}

function silence(pool: string, agents: number): string {
  return agents === 0
    ? `no agent of pool "${pool}" answers questions for Pods: is one running, and is it as new as the coordinator?`
    : `not all agents of pool "${pool}" answered in time, and those that did know of no Pod`;
}
