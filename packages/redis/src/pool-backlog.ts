import { queuePriority, type Task } from "@capstan/core";
import { encodeTask } from "@capstan/protocol";
import type { Queue } from "bullmq";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { admitted, type BacklogLimits, backlogLimits, type PoolContent } from "./pool-admission.ts";
import { windowHeadSeconds, windowRenewSeconds } from "./priority-window.ts";
import { Script } from "./script.ts";

const poolContent = new Script("pool-content");
const backlogPut = new Script("backlog-put");
const backlogTake = new Script("backlog-take");
const backlogForget = new Script("backlog-forget");

/** Tasks of one round trip; more would hold up other commands. */
const tasksPerCallMax = 500;
/** Rates are made of the last minutes. */
const arrivalsKeptSeconds = 900;

/** The names of BullMQ's jobs. A task that may have been there before is to be asked about before it starts. */
export const jobNames = { first: "task", again: "task-again" } as const;

export interface PoolBacklogOptions {
  readonly redis: RedisClient;
  readonly queue: Queue;
  readonly pool: string;
  readonly limits?: BacklogLimits | undefined;
}

/** A task on its way to BullMQ, as it is written down. */
interface QueuedTask {
  readonly id: string;
  readonly keySeconds: number;
  readonly readyAtMs: number | undefined;
  readonly data: object;
}

/**
 * The way of a pool's tasks into BullMQ, which holds a bounded number of them; the rest waits here by bid. Coordinators put tasks in, agents release as
 * many as have left. Whatever stops in the middle, every task is in the backlog, in BullMQ or written down as on its way.
 */
export class PoolBacklog {
  readonly #options: PoolBacklogOptions;
  readonly #limits: BacklogLimits;

  constructor(options: PoolBacklogOptions) {
    this.#options = options;
    this.#limits = options.limits ?? backlogLimits;
  }

  /** Takes tasks in; any that are there already stay as they are. */
  async add(tasks: readonly Task[]): Promise<void> {
    const { windowStart, ...content } = await this.#look(
      tasks.map(({ bid }) => bid.keySeconds),
      tasks.length,
    );
    const priorities = tasks.map(({ bid }) => queuePriority(bid.keySeconds, windowStart));
    const goes = admitted(priorities, content, this.#limits);
    const queued = tasks.map((task) => ({
      ...{ id: task.id, keySeconds: task.bid.keySeconds, readyAtMs: task.readyAtMs, data: encodeTask(task) },
    }));
    const [direct, later] = [queued.filter((_, index) => goes[index]), queued.filter((_, index) => !goes[index])];
    for (const slice of slices(later)) await this.#put(slice);
    for (const slice of slices(direct)) {
      // One that was put here before the way of the rest broke off: it must not go twice.
      if (content.backlog > 0) await this.#forget(slice.map(({ id }) => id));
      await this.#bring(slice, windowStart, jobNames.first);
    }
    if (later.length > 0) await this.release();
  }

  /** Brings as many to BullMQ as there is room for; gives how many are left. */
  async release(): Promise<number> {
    for (;;) {
      const { left, first, again, lost } = await this.#take();
      const tasks = [...first, ...again];
      if (tasks.length > 0) {
        const { windowStart } = await this.#look(
          tasks.map(({ keySeconds }) => keySeconds),
          0,
        );
        await this.#bring(again, windowStart, jobNames.again);
        await this.#bring(first, windowStart, jobNames.first);
      }
      const ids = [...tasks.map(({ id }) => id), ...lost];
      if (ids.length > 0) await this.#forget(ids);
      if (ids.length < tasksPerCallMax) return left;
    }
  }

  async #look(
    keysSeconds: readonly number[],
    arriving: number,
  ): Promise<PoolContent & { readonly windowStart: number }> {
    const { redis, queue, pool } = this.#options;
    const answer = (await poolContent.run(
      redis,
      [
        ...[keys.poolPriorityWindow(pool), queue.toKey("wait"), queue.toKey("prioritized"), queue.toKey("delayed")],
        ...[keys.poolBacklog(pool), keys.poolBacklogTaken(pool)],
        keys.poolArrivals(pool, Math.floor(Date.now() / 60_000)),
      ],
      [
        ...[keysSeconds.reduce((least, key) => Math.min(least, key)), windowHeadSeconds, windowRenewSeconds],
        ...[arriving, arrivalsKeptSeconds],
      ],
    )) as readonly (string | number)[];
    const [windowStart = 0, released = 0, backlog = 0, lastPriority = 0] = answer.map(Number);
    return { windowStart, released, backlog, lastPriority };
  }

  async #put(tasks: readonly QueuedTask[]): Promise<void> {
    const { redis, queue } = this.#options;
    await backlogPut.run(
      redis,
      [...this.#ownKeys, ...tasks.map(({ id }) => queue.toKey(id))],
      tasks.flatMap((task) => [task.id, task.keySeconds, textOf(task)]),
    );
  }

  async #take(): Promise<Taken> {
    const { redis, queue } = this.#options;
    const answer = (await backlogTake.run(
      redis,
      [...this.#ownKeys, queue.toKey("wait"), queue.toKey("prioritized")],
      [this.#limits.releasedMax, tasksPerCallMax, this.#limits.takenForMs],
    )) as readonly [left: number, again: number, ...idsAndTexts: (string | null)[]];
    const [left, againCount, ...rest] = answer;
    const taken: Taken = { left, first: [], again: [], lost: [] };
    for (let index = 0; index < rest.length; index += 2) {
      const [id, text] = [rest[index] ?? "", rest[index + 1]];
      if (typeof text === "string") (index / 2 < againCount ? taken.again : taken.first).push(taskOf(id, text));
      // It was cancelled meanwhile.
      else taken.lost.push(id);
    }
    return taken;
  }

  async #bring(tasks: readonly QueuedTask[], windowStart: number, name: string): Promise<void> {
    if (tasks.length === 0) return;
    await this.#options.queue.addBulk(
      tasks.map(({ id, keySeconds, readyAtMs, data }) => ({
        ...{ name, data },
        opts: {
          ...{ jobId: id, priority: queuePriority(keySeconds, windowStart) },
          // Its wait began then, also where it waited in the backlog first.
          ...(readyAtMs !== undefined && { timestamp: readyAtMs }),
        },
      })),
    );
  }

  async #forget(ids: readonly string[]): Promise<void> {
    await backlogForget.run(this.#options.redis, this.#ownKeys, ids);
  }

  get #ownKeys(): readonly string[] {
    return backlogKeys(this.#options.pool);
  }
}

/** The keys of a pool's backlog, in the order in which the scripts name them. */
export function backlogKeys(pool: string): readonly [string, string, string, string] {
  return [
    ...([keys.poolBacklog(pool), keys.poolBacklogTasks(pool)] as const),
    ...([keys.poolBacklogTaken(pool), keys.poolBacklogCount(pool)] as const),
  ];
}

interface Taken {
  readonly left: number;
  readonly first: QueuedTask[];
  /** Perhaps brought before. */
  readonly again: QueuedTask[];
  readonly lost: string[];
}

function textOf({ keySeconds, data }: QueuedTask): string {
  return `${keySeconds} ${JSON.stringify(data)}`;
}

function taskOf(id: string, text: string): QueuedTask {
  const space = text.indexOf(" ");
  const data = dataOfText(text) as { readonly body?: { readonly readyAtMs?: number } };
  return { id, keySeconds: Number(text.slice(0, space)), readyAtMs: data.body?.readyAtMs, data };
}

/** The data of a job, as it waits in the backlog. */
export function dataOfText(text: string): unknown {
  return JSON.parse(text.slice(text.indexOf(" ") + 1));
}

function* slices<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += tasksPerCallMax) yield items.slice(from, from + tasksPerCallMax);
}
