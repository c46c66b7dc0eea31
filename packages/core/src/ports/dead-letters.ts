/** Something that nobody could read, or that the queue gave up on; put aside until a person looks at it. */
export interface DeadLetter {
  readonly id: string;
  /** An event in a shard's inbox, or a job of a pool's queue. */
  readonly kind: "event" | "task";
  /** The shard or the pool that it was in. */
  readonly from: string;
  readonly atMs: number;
  readonly why: string;
  /** Its text, cut off where it is long. */
  readonly content: string;
  readonly isCut: boolean;
}

/** What was put aside. Both acts answer false when the letter is not there (any more). */
export interface DeadLetters {
  /** The latest first, of all shards and of these pools. */
  list(pools: readonly string[], limit: number): Promise<readonly DeadLetter[]>;
  /** Puts it back where it came from: after an update it may be readable. */
  requeue(id: string): Promise<boolean>;
  drop(id: string): Promise<boolean>;
}
