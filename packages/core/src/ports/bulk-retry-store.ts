import type { BulkRetry } from "../bulk-retry/bulk-retry.ts";

export interface StoredBulkRetry {
  readonly retry: BulkRetry;
  /** Grows with every save. */
  readonly version: number;
}

/** Keeps bulk retries, so that any coordinator can go on with them; forgotten a month after their last step. */
export interface BulkRetryStore {
  create(retry: BulkRetry): Promise<void>;
  get(id: string): Promise<StoredBulkRetry | undefined>;
  /** False when somebody saved it since it was read: nothing was written. */
  save(retry: BulkRetry, readVersion: number): Promise<boolean>;
  /** Of one cause, the latest first. */
  list(namespace: string, fingerprint: string, limit: number): Promise<readonly BulkRetry[]>;
  /** The ids of those in which there is something to do. */
  active(): Promise<readonly string[]>;
}
