import type { FailureRecorder, TaskFacts, TaskFailure } from "@capstan/core";
import type { MemoryDatabase } from "./memory-database.ts";

/** A FailureRecorder in memory. */
export class MemoryFailureRecorder implements FailureRecorder {
  readonly #database: MemoryDatabase;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  async recordFailures(failures: readonly TaskFailure[]): Promise<void> {
    this.#database.change((content) => {
      for (const failure of failures) content.failures.set(failure.taskId, failure);
    });
  }

  async recordGoodRuns(runs: readonly TaskFacts[]): Promise<void> {
    this.#database.change((content) => {
      for (const run of runs) content.goodRuns.set(`${run.namespace} ${run.template}`, run);
    });
  }
}
