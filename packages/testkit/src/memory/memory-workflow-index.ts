import {
  type ChangePage,
  compareInboxIds,
  type IndexChange,
  type ListPage,
  type ListQuery,
  type NodeStatus,
  type StoredWorkflow,
  type WorkflowChange,
  type WorkflowIndexWriter,
  type WorkflowPhase,
  type WorkflowReader,
  type WorkflowSummary,
} from "@capstan/core";
import { type MemoryDatabase, shardOfContent } from "./memory-database.ts";
import { storedFrom, workflowsChanged } from "./memory-shard-store.ts";

const workflowsIndexed = "workflows-indexed";

/** A WorkflowIndexWriter in memory. */
export class MemoryWorkflowIndex implements WorkflowIndexWriter {
  readonly #database: MemoryDatabase;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  async put(entries: Parameters<WorkflowIndexWriter["put"]>[0]): Promise<void> {
    const told: IndexChange[] = [];
    this.#database.change(({ index }) => {
      for (const { version, summary } of entries) {
        const known = index.get(summary.uid);
        if (known === undefined || compareInboxIds(known.version, version) < 0) {
          index.set(summary.uid, { version, summary });
          told.push({ summary });
        }
      }
    });
    for (const change of told) this.#database.publish(workflowsIndexed, JSON.stringify(change));
  }

  async remove(entries: Parameters<WorkflowIndexWriter["remove"]>[0]): Promise<void> {
    const told: IndexChange[] = [];
    this.#database.change(({ index }) => {
      for (const { version, uid } of entries) {
        const known = index.get(uid);
        if (known === undefined || compareInboxIds(known.version, version) <= 0) {
          index.set(uid, { version, summary: undefined });
          told.push({ removedUid: uid });
        }
      }
    });
    for (const change of told) this.#database.publish(workflowsIndexed, JSON.stringify(change));
  }
}

/** A WorkflowReader in memory. */
export class MemoryWorkflowReader implements WorkflowReader {
  readonly #database: MemoryDatabase;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  async list(query: ListQuery): Promise<ListPage> {
    const summaries = this.#database.read(({ index }) =>
      [...index.values()]
        .flatMap(({ summary }) => summary ?? [])
        .filter((summary) => isListed(summary, query))
        .sort((left, right) => (placeOf(left) < placeOf(right) ? 1 : -1)),
    );
    const { continueToken, limit } = query;
    const rest =
      continueToken === undefined ? summaries : summaries.filter((summary) => placeOf(summary) < continueToken);
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    return { items, ...(rest.length > limit && last !== undefined && { continueToken: placeOf(last) }) };
  }

  async get(shard: number, uid: string): Promise<StoredWorkflow | undefined> {
    return this.#database.read((content) => {
      const record = shardOfContent(content, shard).workflows.get(uid);
      return record && storedFrom(uid, record);
    });
  }

  async getHead(shard: number, uid: string): Promise<Omit<StoredWorkflow, "nodes"> | undefined> {
    const stored = await this.get(shard, uid);
    if (stored === undefined) return undefined;
    const { nodes: _, ...head } = stored;
    return head;
  }

  async *scanNodes(shard: number, uid: string): AsyncGenerator<readonly NodeStatus[]> {
    const stored = await this.get(shard, uid);
    if (stored !== undefined) yield stored.nodes;
  }

  async getNodes(shard: number, uid: string, ids: readonly string[]): Promise<readonly NodeStatus[]> {
    const nodes = new Map((await this.get(shard, uid))?.nodes.map((node) => [node.id, node]));
    return ids.flatMap((id) => nodes.get(id) ?? []);
  }

  async countPhases(namespace?: string): Promise<{ readonly [P in WorkflowPhase]?: number }> {
    const counts: { [P in WorkflowPhase]?: number } = {};
    const { items } = await this.list({
      ...(namespace !== undefined && { namespace }),
      limit: Number.MAX_SAFE_INTEGER,
    });
    for (const { phase } of items) counts[phase] = (counts[phase] ?? 0) + 1;
    return counts;
  }

  async subscribeIndex(listener: (change: IndexChange) => void): Promise<() => Promise<void>> {
    const unsubscribe = this.#database.subscribe(workflowsIndexed, (message) =>
      listener(JSON.parse(message) as IndexChange),
    );
    return async () => unsubscribe();
  }

  async readChanges(shard: number, uid: string, afterId: string, count: number): Promise<ChangePage> {
    return this.#database.read((content) => {
      const log = shardOfContent(content, shard).logs.get(uid) ?? [];
      const changes = log
        .filter(({ id }) => compareInboxIds(id, afterId) > 0)
        .slice(0, count)
        .map(({ id, change }) => ({ id, ...(JSON.parse(change) as Omit<WorkflowChange, "id">) }));
      return { changes, missed: false };
    });
  }

  async lastChangeId(shard: number, uid: string): Promise<string> {
    return this.#database.read((content) => shardOfContent(content, shard).logs.get(uid)?.at(-1)?.id ?? "");
  }

  async subscribe(listener: (namespace: string, uid: string) => void): Promise<() => Promise<void>> {
    const unsubscribe = this.#database.subscribe(workflowsChanged, (message) => {
      const [namespace = "", uid = ""] = message.split(" ");
      listener(namespace, uid);
    });
    return async () => unsubscribe();
  }
}

/** A text that sorts as the list does, newest last. */
function placeOf(summary: WorkflowSummary): string {
  return `${String(summary.submittedAtMs).padStart(16, "0")} ${summary.uid}`;
}

function isListed(summary: WorkflowSummary, query: ListQuery): boolean {
  if (query.namespace !== undefined && summary.namespace !== query.namespace) return false;
  if (query.phases !== undefined && !query.phases.includes(summary.phase)) return false;
  if (summary.submittedAtMs < (query.submittedFromMs ?? 0)) return false;
  if (summary.submittedAtMs >= (query.submittedBeforeMs ?? Number.POSITIVE_INFINITY)) return false;
  if (query.namePrefix !== undefined && !summary.name.startsWith(query.namePrefix)) return false;
  return (query.labels ?? []).every((selector) => isSelected(summary.labels[selector.key], selector));
}

function isSelected(
  value: string | undefined,
  { operator, values }: NonNullable<ListQuery["labels"]>[number],
): boolean {
  if (operator === "exists") return value !== undefined;
  if (operator === "!exists") return value === undefined;
  const isAmong = value !== undefined && values.includes(value);
  return operator === "=" || operator === "in" ? isAmong : !isAmong;
}
