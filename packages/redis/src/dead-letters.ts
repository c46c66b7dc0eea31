import type { DeadLetter, DeadLetters } from "@capstan/core";
import { Job, type Queue } from "bullmq";
import type { RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import { openPoolQueue, poolQueueKeys } from "./pool-queue.ts";
import { Script } from "./script.ts";
import { fieldOf, type StreamEntry } from "./stream.ts";

const requeueLetter = new Script("requeue-letter");

const contentLengthMax = 4_096;

/** Inbox entries that could not be read, in each shard's dead letters, and jobs that BullMQ counts as failed for good. */
export class RedisDeadLetters implements DeadLetters {
  readonly #redis: RedisClient;
  readonly #shardCount: number;

  constructor(redis: RedisClient, shardCount: number) {
    this.#redis = redis;
    this.#shardCount = shardCount;
  }

  async list(pools: readonly string[], limit: number): Promise<readonly DeadLetter[]> {
    const shards = Array.from({ length: this.#shardCount }, (_, shard) => shard);
    const found = await Promise.all([
      ...shards.map((shard) => this.#eventsOf(shard, limit)),
      ...pools.map((pool) => this.#jobsOf(pool, limit)),
    ]);
    return found
      .flat()
      .sort((left, right) => right.atMs - left.atMs)
      .slice(0, limit);
  }

  async requeue(id: string): Promise<boolean> {
    const place = placeOf(id);
    if (place === undefined) return false;
    if (place.kind === "event") {
      const { shard, entry } = place;
      const answer = await requeueLetter.run(
        this.#redis,
        [keys.deadLetters(shard), keys.inbox(shard)],
        [entry, channels.inboxGrown, shard],
      );
      return answer === 1;
    }
    return this.#withJob(place, async (job) => {
      await job.retry("failed");
    });
  }

  async drop(id: string): Promise<boolean> {
    const place = placeOf(id);
    if (place === undefined) return false;
    if (place.kind === "event") return (await this.#redis.xdel(keys.deadLetters(place.shard), place.entry)) === 1;
    return this.#withJob(place, async (job) => {
      await job.remove();
    });
  }

  async #eventsOf(shard: number, limit: number): Promise<readonly DeadLetter[]> {
    const entries: readonly StreamEntry[] = await this.#redis.xrevrange(
      keys.deadLetters(shard),
      "+",
      "-",
      "COUNT",
      limit,
    );
    return entries.map((entry) => ({
      ...{ id: `event~${shard}~${entry[0]}`, kind: "event", from: `shard ${shard}` },
      atMs: Number(entry[0].split("-")[0]),
      why: fieldOf(entry, "why") ?? "",
      ...cut(fieldOf(entry, "event") ?? ""),
    }));
  }

  async #jobsOf(pool: string, limit: number): Promise<readonly DeadLetter[]> {
    const name = poolQueueKeys(pool);
    const ids = await this.#redis.zrevrange(name("failed"), 0, limit - 1);
    const letters = await Promise.all(
      ids.map(async (taskId): Promise<DeadLetter> => {
        const fields = await this.#redis.hmget(name(taskId), "finishedOn", "failedReason", "data");
        const [finishedOn, failedReason, data] = fields;
        return {
          ...{ id: `task~${pool}~${taskId}`, kind: "task", from: pool, atMs: Number(finishedOn ?? 0) },
          ...{ why: failedReason ?? "", ...cut(data ?? "") },
        };
      }),
    );
    return letters;
  }

  async #withJob(
    { pool, taskId }: { readonly pool: string; readonly taskId: string },
    act: (job: Job) => Promise<void>,
  ) {
    const queue = openPoolQueue(this.#redis, pool, () => undefined);
    try {
      const job = await failedJob(queue, taskId);
      if (job === undefined) return false;
      await act(job);
      return true;
    } finally {
      await queue.close();
    }
  }
}

async function failedJob(queue: Queue, taskId: string): Promise<Job | undefined> {
  const job = await Job.fromId(queue, taskId);
  return job !== undefined && (await job.isFailed()) ? job : undefined;
}

type Place =
  | { readonly kind: "event"; readonly shard: number; readonly entry: string }
  | { readonly kind: "task"; readonly pool: string; readonly taskId: string };

function placeOf(id: string): Place | undefined {
  const [, kind, from = "", name = ""] = /^(event|task)~(.+)~([^~]+)$/.exec(id) ?? [];
  if (kind === "task") return { kind, pool: from, taskId: name };
  return kind === "event" && /^\d+$/.test(from) && /^\d+-\d+$/.test(name)
    ? { kind, shard: Number(from), entry: name }
    : undefined;
}

function cut(text: string): Pick<DeadLetter, "content" | "isCut"> {
  return { content: text.slice(0, contentLengthMax), isCut: text.length > contentLengthMax };
}
