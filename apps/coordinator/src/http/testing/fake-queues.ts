import {
  type BulkRetry,
  type BulkRetryStore,
  type DeadLetter,
  type DeadLetters,
  type FailureBook,
  type FailureGroup,
  type HitWorkflow,
  isActive,
  type PoolReading,
  type QueuedTask,
  type QueueInspector,
  type RetryWait,
  type StoredBulkRetry,
  type TaskFacts,
} from "@capstan/core";

/** Queues that hold what a test puts in. */
export class FakeQueues implements QueueInspector {
  readonly tasks: QueuedTask[] = [];
  readonly retries: RetryWait[] = [];

  async pools(): Promise<readonly string[]> {
    return [...new Set(this.tasks.map(({ pool }) => pool))];
  }

  async read(pools: readonly string[]): Promise<readonly PoolReading[]> {
    return pools.map((pool) => {
      const count = (place: QueuedTask["place"]): number =>
        this.tasks.filter((task) => task.pool === pool && task.place === place).length;
      return {
        ...{ pool, waiting: count("waiting") + count("backlog"), inBacklog: count("backlog"), away: count("away") },
        ...{ running: count("running"), dead: 0, inPerMinute: 0, outPerMinute: 0 },
      };
    });
  }

  async next(pool: string, limit: number): Promise<readonly QueuedTask[]> {
    return this.tasks.filter((task) => task.pool === pool && task.rank !== undefined).slice(0, limit);
  }

  async away(pool: string, limit: number): Promise<readonly QueuedTask[]> {
    return this.tasks.filter((task) => task.pool === pool && task.place === "away").slice(0, limit);
  }

  async find(pool: string, taskId: string): Promise<QueuedTask | undefined> {
    return this.tasks.find((task) => task.pool === pool && task.taskId === taskId);
  }

  async retryWaits(_shardCount: number, limit: number): Promise<readonly RetryWait[]> {
    return this.retries.slice(0, limit);
  }
}

/** Failures that a test has written down. */
export class FakeFailures implements FailureBook {
  readonly groups: FailureGroup[] = [];
  readonly hit = new Map<string, readonly HitWorkflow[]>();
  readonly goodRuns = new Map<string, TaskFacts>();

  async list({ namespace, limit, continueToken }: Parameters<FailureBook["list"]>[0]): ReturnType<FailureBook["list"]> {
    const all = this.groups.filter((group) => namespace === undefined || group.namespace === namespace);
    const from = Number(continueToken ?? 0);
    const rest = all.length > from + limit ? { continueToken: String(from + limit) } : {};
    return { items: all.slice(from, from + limit), ...rest };
  }

  async get(namespace: string, fingerprint: string): Promise<FailureGroup | undefined> {
    return this.groups.find((group) => group.namespace === namespace && group.fingerprint === fingerprint);
  }

  async workflowsOf(_namespace: string, fingerprint: string, limit: number): Promise<readonly HitWorkflow[]> {
    return this.hit.get(fingerprint)?.slice(0, limit) ?? [];
  }

  async lastGoodRun(namespace: string, template: string): Promise<TaskFacts | undefined> {
    return this.goodRuns.get(`${namespace} ${template}`);
  }
}

/** Dead letters that a test has put aside. */
export class FakeDeadLetters implements DeadLetters {
  readonly letters: DeadLetter[] = [];
  readonly requeued: string[] = [];

  async list(_pools: readonly string[], limit: number): Promise<readonly DeadLetter[]> {
    return this.letters.slice(0, limit);
  }

  async requeue(id: string): Promise<boolean> {
    if (!(await this.drop(id))) return false;
    this.requeued.push(id);
    return true;
  }

  async drop(id: string): Promise<boolean> {
    const index = this.letters.findIndex((letter) => letter.id === id);
    if (index >= 0) this.letters.splice(index, 1);
    return index >= 0;
  }
}

/** Bulk retries in memory. */
export class FakeBulkRetries implements BulkRetryStore {
  readonly #stored = new Map<string, StoredBulkRetry>();

  async create(retry: BulkRetry): Promise<void> {
    this.#stored.set(retry.id, { retry, version: 1 });
  }

  async get(id: string): Promise<StoredBulkRetry | undefined> {
    return this.#stored.get(id);
  }

  async save(retry: BulkRetry, readVersion: number): Promise<boolean> {
    if (this.#stored.get(retry.id)?.version !== readVersion) return false;
    this.#stored.set(retry.id, { retry, version: readVersion + 1 });
    return true;
  }

  async list(namespace: string, fingerprint: string, limit: number): Promise<readonly BulkRetry[]> {
    const all = Array.from(this.#stored.values(), ({ retry }) => retry);
    const ofCause = all.filter((retry) => retry.namespace === namespace && retry.fingerprint === fingerprint);
    return ofCause.reverse().slice(0, limit);
  }

  async active(): Promise<readonly string[]> {
    return [...this.#stored.values()].filter(({ retry }) => isActive(retry)).map(({ retry }) => retry.id);
  }
}
