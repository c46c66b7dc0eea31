import type { WorkflowIndexWriter, WorkflowSummary } from "@capstan/core";
import type { RedisClient } from "./connection.ts";
import { channels, keys } from "./keys.ts";
import { listMember } from "./list-member.ts";
import { Script } from "./script.ts";

const indexPut = new Script("index-put");
const indexRemove = new Script("index-remove");

const removedVersionMs = 3_600_000;

export class RedisWorkflowIndex implements WorkflowIndexWriter {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async put(entries: Parameters<WorkflowIndexWriter["put"]>[0]): Promise<void> {
    if (entries.length === 0) return;
    await indexPut.run(
      this.#redis,
      [keys.indexAll],
      [
        channels.workflowsIndexed,
        ...entries.flatMap(({ version, summary }) => {
          const lists = listsOf(summary);
          return [
            ...[keys.indexEntry(summary.uid), sortableVersion(version), JSON.stringify(summary), listMember(summary)],
            ...[lists.length, ...lists],
          ];
        }),
      ],
    );
  }

  async remove(entries: Parameters<WorkflowIndexWriter["remove"]>[0]): Promise<void> {
    if (entries.length === 0) return;
    await indexRemove.run(
      this.#redis,
      [keys.indexAll],
      [
        ...[channels.workflowsIndexed, removedVersionMs],
        ...entries.flatMap(({ version, uid }) => [keys.indexEntry(uid), sortableVersion(version), uid]),
      ],
    );
  }
}

/** Every list that a workflow is on: all, its namespace's, its phase's, and its phase's in its namespace. */
function listsOf({ namespace, phase }: WorkflowSummary): readonly string[] {
  return [
    keys.indexAll,
    keys.indexNamespace(namespace),
    keys.indexPhase(phase),
    keys.indexNamespacePhase(namespace, phase),
  ];
}

// Lua compares texts, so the two numbers of a stream id get a fixed width.
function sortableVersion(version: string): string {
  const [milliseconds, sequence] = version.split("-");
  return `${(milliseconds ?? "").padStart(16, "0")}-${(sequence ?? "0").padStart(20, "0")}`;
}
