import type { ArtifactDirectory, ArtifactRecord, Clock, WorkflowPhases } from "@capstan/core";
import type { BlobFolder } from "./blob-folder.ts";

export interface ArtifactSweepOptions {
  readonly blobs: BlobFolder;
  readonly directory: ArtifactDirectory;
  readonly phases: WorkflowPhases;
  readonly holder: ArtifactRecord["holder"];
  readonly clock: Clock;
}

/** What was written just now is left alone: its record may be on its way. */
const youngMs = 60_000;
/** A blob that nobody's record here names, fetched or replaced, stays so long after its last use. */
const unusedMs = 3_600_000;
const batchSize = 200;
/** Of the whole directory, each time: what agents left that are gone for good is found by those that are there. */
const pagesPerSweep = 5;

/** Removes the artifacts of workflows that are deleted, and keeps what this machine holds and what the directory says together. */
export class ArtifactSweep {
  readonly #options: ArtifactSweepOptions;
  #cursor = "0";

  constructor(options: ArtifactSweepOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { blobs, directory, clock } = this.#options;
    const beforeMs = clock.nowMs() - youngMs;
    let batch: ArtifactRecord[] = [];
    for await (const record of blobs.records()) {
      if (record.savedAtMs < beforeMs) batch.push(record);
      if (batch.length < batchSize) continue;
      await this.#look(batch);
      batch = [];
    }
    await this.#look(batch);
    await blobs.removeUnused(clock.nowMs() - unusedMs);
    for (let page = 0; page < pagesPerSweep; page++) {
      const { records, cursor } = await directory.scan(this.#cursor);
      this.#cursor = cursor;
      for (const [record, isWanted] of await this.#wanted(records)) if (!isWanted) await directory.remove(record);
      if (cursor === "0") break;
    }
  }

  async #look(records: readonly ArtifactRecord[]): Promise<void> {
    for (const [record, isWanted] of await this.#wanted(records)) {
      if (isWanted) await this.#reconcile(record);
      else await this.#forget(record);
    }
  }

  async #reconcile(record: ArtifactRecord): Promise<void> {
    const { blobs, directory, holder } = this.#options;
    const [listed] = await directory.find(record.namespace, [record.key]);
    const isSame = listed?.sha256 === record.sha256 && listed.savedAtMs === record.savedAtMs;
    if (isSame && listed.holder.agentId === holder.agentId) return;
    // Another agent has written the key since.
    if (!isSame && listed !== undefined && listed.savedAtMs >= record.savedAtMs) return blobs.removeRecord(record);
    // A store that came back without its last second, or an agent that goes by another name now.
    await directory.put({ ...record, holder });
  }

  async #forget(record: ArtifactRecord): Promise<void> {
    const { blobs, directory } = this.#options;
    const [listed] = await directory.find(record.namespace, [record.key]);
    if (listed?.sha256 === record.sha256 && listed.workflow.uid === record.workflow.uid) await directory.remove(listed);
    await blobs.removeRecord(record);
  }

  async #wanted(records: readonly ArtifactRecord[]): Promise<readonly (readonly [ArtifactRecord, boolean])[]> {
    if (records.length === 0) return [];
    const workflows = new Map(records.map(({ namespace, workflow }) => [workflow.uid, { namespace, ...workflow }]));
    const phases = await this.#options.phases.phasesOf([...workflows.values()]);
    const absent = new Set([...workflows.keys()].filter((_, index) => phases[index] === "absent"));
    return records.map((record) => [record, !absent.has(record.workflow.uid)]);
  }
}
