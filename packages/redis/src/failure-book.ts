import type { FailureBook, FailureGroup, FailureRecorder, HitWorkflow, TaskFacts, TaskFailure } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { Script } from "./script.ts";

const recordFailure = new Script("record-failure");

const retentionSeconds = 30 * 24 * 3_600;

export const failureLimits = {
  /** Fingerprints of all namespaces; the one that has not happened for the longest time goes first. */
  groupsMax: 5_000,
  /** What the outbox brings again it brings within minutes. */
  tasksToldMax: 20_000,
  workflowsMax: 1_000,
  /** Hosts and templates that are counted one by one. */
  namesMax: 50,
  goodRunsMax: 5_000,
} as const;

type Limits = { readonly [L in keyof typeof failureLimits]: number };

/** Failures by fingerprint, and the last good run of each template: bounded, and forgotten after a month. */
export class RedisFailureBook implements FailureBook, FailureRecorder {
  readonly #redis: RedisClient;
  readonly #limits: Limits;

  constructor(redis: RedisClient, limits: Limits = failureLimits) {
    this.#redis = redis;
    this.#limits = limits;
  }

  async recordFailures(failures: readonly TaskFailure[]): Promise<void> {
    await Promise.all(failures.map((failure) => this.#record(failure)));
    await this.#evict();
  }

  async recordGoodRuns(runs: readonly TaskFacts[]): Promise<void> {
    const { goodRunsMax } = this.#limits;
    const writing = this.#redis.multi();
    for (const run of runs) {
      const name = goodRunName(run.namespace, run.template);
      writing.hset(keys.goodRuns, name, JSON.stringify(run)).zadd(keys.goodRunTimes, run.finishedAtMs, name);
    }
    await writing.exec();
    const beyond = (await this.#redis.zcard(keys.goodRunTimes)) - goodRunsMax;
    if (beyond <= 0) return;
    const oldest = await this.#redis.zrange(keys.goodRunTimes, "0", String(beyond - 1));
    await this.#redis
      .multi()
      .hdel(keys.goodRuns, ...oldest)
      .zrem(keys.goodRunTimes, ...oldest)
      .exec();
  }

  async list({ namespace, limit, continueToken }: Parameters<FailureBook["list"]>[0]): ReturnType<FailureBook["list"]> {
    const list = namespace === undefined ? keys.failuresAll : keys.failuresOf(namespace);
    const from = Number(continueToken ?? 0);
    const members = await this.#redis.zrevrange(list, from, from + limit);
    const places = members.slice(0, limit).map((member) => {
      const [first = "", second = ""] = member.split(" ");
      return namespace === undefined ? ([first, second] as const) : ([namespace, first] as const);
    });
    const groups = await Promise.all(places.map((place) => this.get(...place)));
    return {
      items: groups.filter((group) => group !== undefined),
      ...(members.length > limit && { continueToken: String(from + limit) }),
    };
  }

  async get(namespace: string, fingerprint: string): Promise<FailureGroup | undefined> {
    const [group, workflowCount, hosts, templates] = await Promise.all([
      this.#redis.hgetall(keys.failure(namespace, fingerprint)),
      this.#redis.zcard(keys.failureWorkflows(namespace, fingerprint)),
      this.#redis.hgetall(keys.failureHosts(namespace, fingerprint)),
      this.#redis.hgetall(keys.failureTemplates(namespace, fingerprint)),
    ]);
    const { count, first, last, example, title } = group;
    if (count === undefined || example === undefined) return undefined;
    return {
      ...{ namespace, fingerprint, workflowCount, title: title ?? "", count: Number(count) },
      ...{ firstAtMs: Number(first), lastAtMs: Number(last) },
      ...{ hosts: countsOf(hosts), templates: countsOf(templates) },
      example: JSON.parse(example) as TaskFailure,
    };
  }

  async workflowsOf(namespace: string, fingerprint: string, limit: number): Promise<readonly HitWorkflow[]> {
    const answer = await this.#redis.zrevrange(
      keys.failureWorkflows(namespace, fingerprint),
      0,
      limit - 1,
      "WITHSCORES",
    );
    return Array.from({ length: answer.length / 2 }, (_, index) => {
      const [uid = "", name = ""] = (answer[2 * index] ?? "").split(" ");
      return { uid, name, lastAtMs: Number(answer[2 * index + 1]) };
    });
  }

  async lastGoodRun(namespace: string, template: string): Promise<TaskFacts | undefined> {
    const text = await this.#redis.hget(keys.goodRuns, goodRunName(namespace, template));
    return text === null ? undefined : (JSON.parse(text) as TaskFacts);
  }

  async #record(failure: TaskFailure): Promise<void> {
    const { namespace, fingerprint, workflowUid, workflowName } = failure;
    const { tasksToldMax, workflowsMax, namesMax } = this.#limits;
    const place = [namespace, fingerprint] as const;
    await recordFailure.run(
      this.#redis,
      [
        ...[keys.failuresTold, keys.failuresAll, keys.failuresOf(namespace), keys.failure(...place)],
        ...[keys.failureWorkflows(...place), keys.failureHosts(...place), keys.failureTemplates(...place)],
      ],
      [
        ...[failure.taskId, Date.now(), place.join(" "), fingerprint, failure.finishedAtMs, JSON.stringify(failure)],
        ...[failure.title, `${workflowUid} ${workflowName}`, failure.hostNodeName ?? "", failure.template],
        ...[retentionSeconds, tasksToldMax, workflowsMax, namesMax],
      ],
    );
  }

  /** Drops those of a month ago from the lists, as they are gone themselves, and the oldest beyond the bound. */
  async #evict(): Promise<void> {
    const forgottenBeforeMs = Date.now() - retentionSeconds * 1_000;
    const [old, count] = await Promise.all([
      this.#redis.zrangebyscore(keys.failuresAll, "-inf", forgottenBeforeMs, "LIMIT", 0, 100),
      this.#redis.zcard(keys.failuresAll),
    ]);
    const beyond = Math.max(0, count - this.#limits.groupsMax);
    const oldest = beyond === 0 ? [] : await this.#redis.zrange(keys.failuresAll, "0", String(beyond - 1));
    for (const member of new Set([...old, ...oldest])) await this.#forget(member);
  }

  async #forget(member: string): Promise<void> {
    const [namespace = "", fingerprint = ""] = member.split(" ");
    await this.#redis
      .multi()
      .zrem(keys.failuresAll, member)
      .zrem(keys.failuresOf(namespace), fingerprint)
      .unlink(
        ...[keys.failure(namespace, fingerprint), keys.failureWorkflows(namespace, fingerprint)],
        ...[keys.failureHosts(namespace, fingerprint), keys.failureTemplates(namespace, fingerprint)],
      )
      .exec();
  }
}

function goodRunName(namespace: string, template: string): string {
  return `${namespace} ${template}`;
}

function countsOf(hash: { readonly [name: string]: string }): { readonly [name: string]: number } {
  return Object.fromEntries(Object.entries(hash).map(([name, count]) => [name, Number(count)]));
}
