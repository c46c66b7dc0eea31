import { assert, type BulkRetry, type BulkRetryStore, isActive, type StoredBulkRetry } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { keys } from "./keys.ts";
import { Script } from "./script.ts";

const saveBulkRetry = new Script("save-bulk-retry");

const retentionSeconds = 30 * 24 * 3_600;
const retriesOfCauseMax = 50;

/** Bulk retries beside the failures that they are of; who saves must have read the latest. */
export class RedisBulkRetryStore implements BulkRetryStore {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async create(retry: BulkRetry): Promise<void> {
    const isNew = await this.save(retry, 0);
    assert(isNew, `the id ${retry.id} is a new one`);
  }

  async get(id: string): Promise<StoredBulkRetry | undefined> {
    const [version, text] = await this.#redis.hmget(keys.bulkRetry(id), "version", "text");
    return text ? { retry: JSON.parse(text) as BulkRetry, version: Number(version) } : undefined;
  }

  async save(retry: BulkRetry, readVersion: number): Promise<boolean> {
    const { id, namespace, fingerprint, createdAtMs } = retry;
    const answer = await saveBulkRetry.run(
      this.#redis,
      [keys.bulkRetry(id), keys.bulkRetriesActive, keys.bulkRetriesOf(namespace, fingerprint)],
      [
        ...[readVersion, JSON.stringify(retry), id, isActive(retry) ? "1" : "0", createdAtMs],
        ...[retentionSeconds, retriesOfCauseMax],
      ],
    );
    return answer === 1;
  }

  async list(namespace: string, fingerprint: string, limit: number): Promise<readonly BulkRetry[]> {
    const ids = await this.#redis.zrevrange(keys.bulkRetriesOf(namespace, fingerprint), 0, limit - 1);
    const found = await Promise.all(ids.map((id) => this.get(id)));
    return found.flatMap((stored) => stored?.retry ?? []);
  }

  active(): Promise<readonly string[]> {
    return this.#redis.smembers(keys.bulkRetriesActive);
  }
}
